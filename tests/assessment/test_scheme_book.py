"""Scheme workbooks: read whole, every fault at its cell, written back without loss."""

import io
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.rights import Role
from assessment.actions import draft_notice_scheme
from assessment.rules import Role as Part
from assessment.scheme_book import BookRefused, read_scheme, read_values, score_values
from assessment.scheme_book.stored import book_of
from assessment.scheme_book.writer import write_scheme
from assessment.scoring import GradeBand, NaPolicy, VetoKind
from core.models import AuditRecord
from core.sheets import SheetMeta, open_workbook
from tests.assessment.trial import HEAD, book, branch, content, leaf, scheme_book, score
from tests.factories.assessment import IndicatorFactory, SchemeFactory
from tests.factories.organisations import OrganisationFactory, county, user_with

INSTALLATION = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "DEBUG")
UNITS = ["单位", "分组", "类型"]


def refusals(read, *args):
    with pytest.raises(BookRefused) as refused:
        read(*args)
    return [str(fault) for fault in refused.value.faults]


def test_read_scheme_takes_every_item_and_column():
    found = read_scheme(
        book(
            {
                "方案": [
                    ("项目", "值"),
                    ("名称", "2026 年度考核"),
                    ("年度", 2026),
                    ("总分", "１００"),
                    ("小数位", 1),
                    ("不适用", "计满分"),
                    ("等次", "优秀：90、良好：80、不合格：0"),
                    ("优秀比例", "30%"),
                    ("并列", "同名次"),
                    ("一票否优让出名额", "否"),
                ],
                "指标": [
                    [*HEAD, "数据来源", "测评方法", "负责部门", "依据"],
                    ["A1", "A", "活动", "", 60, "per_unit", "单价＝２;封顶＝60", "", "", "",
                     "activities", "材料审核", "", "方案二"],
                    ["A", "", "一", "base", 100],
                    ["A2", "A", "镇", "", 40, "人工评分", "", "苏木乡镇、街道", "A1", "",
                     "人工", "", "旗委组织部", ""],
                ],
                "否决": [("单位", "类型", "事由"), ("甲", "一票否优", "逾期")],
            }
        )
    )  # fmt: skip

    spec = found.spec
    assert (found.name, found.year, spec.total, spec.decimals) == ("2026 年度考核", 2026, 100, 1)
    assert (spec.na_policy, spec.veto_frees_place) == (NaPolicy.FULL, False)
    assert spec.grade_bands[0] == GradeBand("优秀", 90)
    assert str(spec.excellent_ratio) == "0.3"
    assert [one.code for one in spec.indicators] == ["A1", "A", "A2"]
    assert spec.indicators[0].rule.to_params() == {"单价": "2", "封顶": "60"}
    assert spec.indicators[1].role is Part.BASE
    assert spec.indicators[2].applies_to == {"苏木乡镇", "街道"}
    assert spec.indicators[2].excluded_by == "A1"
    assert found.notes["A2"].department == "旗委组织部"
    assert (found.vetoes[0].unit, found.vetoes[0].kind) == ("甲", VetoKind.TOP_GRADE)


def test_read_scheme_names_every_fault_at_once():
    sheets = {
        "方案": [("项目", "值"), ("总分", "一百"), ("乱", 1), ("小数位", 9), ("小数位", 2)],
        "指标": [
            [*HEAD, "多余"],
            ["A", "", "n", "zz", -5, "计数", "单价=z"],
            ["A", "B", "m", "", None, "不存在"],
            ["C", "C", "n", "base", 5, "计数"],
            ["D", "", "长" * 10000, "", 1, "固定分"],
            ["E", "", "无办法", "", 1],
        ],
        "否决": [("单位", "类型"), (None, "一票否决"), ("甲", "警告")],
    }

    found = refusals(read_scheme, book(sheets))

    assert [text.partition("：")[0] for text in found] == [
        "工作表“否决”第 2 行 A 列（单位）",
        "工作表“否决”第 3 行 B 列（类型）",
        "工作表“指标”第 1 行 K 列（多余）",
        "工作表“指标”第 2 行 D 列（角色）",
        "工作表“指标”第 2 行 E 列（分值）",
        "工作表“指标”第 2 行 G 列（参数）",
        "工作表“指标”第 3 行 A 列（编码）",
        "工作表“指标”第 3 行 E 列（分值）",
        "工作表“指标”第 3 行 F 列（赋分办法）",
        "工作表“指标”第 4 行 B 列（上级编码）",
        "工作表“指标”第 4 行 F 列（赋分办法）",
        "工作表“指标”第 5 行 C 列（名称）",
        "工作表“指标”第 6 行 F 列（赋分办法）",
        "工作表“方案”第 2 行 B 列（值）",
        "工作表“方案”第 3 行 A 列（项目）",
        "工作表“方案”第 4 行 B 列（值）",
        "工作表“方案”第 5 行 A 列（项目）",
    ]


def test_read_scheme_says_which_sheet_is_missing():
    assert refusals(read_scheme, book({"封面": [("方案",)]})) == [
        "工作表“指标”：缺少这张工作表",
        "工作表“方案”：缺少这张工作表",
    ]


def test_read_scheme_says_how_sums_differ():
    found = refusals(scheme_book, [branch("A", 90), leaf("A1", 60, "有无", 上级编码="A")])

    assert found == [
        "工作表“指标”第 2 行 E 列（分值）：“A 分支A”的下级分值合计 60 分，比应有的 90 分少 30 分",
        "工作表“方案”第 4 行 B 列（值）：基础分各项分值合计 90 分，比应有的 100 分少 10 分",
    ]


def test_read_scheme_refuses_a_circle_of_exclusions():
    found = refusals(
        scheme_book, [leaf("A", 50, "有无", 互斥="B"), leaf("B", 50, "有无", 互斥="A")]
    )

    assert found == [
        "工作表“指标”第 2 行 I 列（互斥）：“A”的互斥关系成环",
        "工作表“指标”第 3 行 I 列（互斥）：“B”的互斥关系成环",
    ]


def test_read_scheme_refuses_a_target_of_zero_and_ranks_with_holes():
    found = refusals(
        scheme_book,
        [leaf("A", 50, "完成率", "目标=0"), leaf("B", 50, "名次", "名次分=1:50，3:40")],
    )

    assert found == [
        "工作表“指标”第 2 行 G 列（参数）：目标：必须大于 0",
        "工作表“指标”第 3 行 G 列（参数）：“名次分”应从第 1 名起连续写，如 1:60，2:57，其他:0",
    ]


def test_read_scheme_takes_a_plan_sheet_without_a_head():
    found = read_scheme(
        book(
            {
                "方案": [("名称", "甲"), ("总分", 5)],
                "指标": [("编码", "名称", "分值", "赋分办法"), ("A", "一", 5, "有无")],
            }
        )
    )

    assert (found.name, found.spec.total) == ("甲", 5)


def test_a_written_scheme_is_read_back_unchanged():
    scheme = scheme_book(
        [
            branch("A", 60, 折算=100, 角色="base"),
            leaf("A1", 20, "最高级别", "级别分=省级:20，市级:10；起数=市级:2", 上级编码="A"),
            leaf(
                "A2", 10, "达标递减", "标准=95；步长=0.5；每步扣=1；豁免=A4>=均值+5", 上级编码="A"
            ),
            leaf("A4", 10, "外部成绩", "满分=100", 上级编码="A"),
            leaf("A3", 20, "计数", "单价=1；周期=月；周期封顶=2；缺失=计零", 上级编码="A"),
            branch("X", 10, 角色="bonus"),
            leaf("X1", 10, "清单", "达标数=5:1，4:0.8，其他:0", 上级编码="X", 适用类型="苏木乡镇"),
        ],
        {"等次": "优秀:90，不合格:0", "优秀比例": 0.3, "小数位": 3, "不适用": "计零分"},
        [("甲", "一票否决", "弄虚作假")],
    )
    stream, now = io.BytesIO(), timezone.now()

    write_scheme(stream, scheme, SheetMeta("方案", "", "测", now, now))

    assert read_scheme(open_workbook(stream)) == scheme


def test_read_values_names_every_fault_at_once():
    scheme = scheme_book(
        [
            branch("A", 60),
            leaf("A1", 60, "计数", "单价=1", 上级编码="A"),
            leaf("B", 40, "最高级别", "级别分=省级:40"),
        ]
    )
    data = [
        [*UNITS, "A1", "A", "Z", "B"],
        ["甲", "一", "", "十", None, None, "省级"],
        ["甲", "一", "", 1, None, None, "省级:1"],
        [None, "一", "", 1, None, None, "省级:1"],
    ]

    found = refusals(read_values, book({"数据": data}), scheme)

    assert [text.partition("：")[0] for text in found] == [
        "工作表“数据”第 1 行 E 列（A）",
        "工作表“数据”第 1 行 F 列（Z）",
        "工作表“数据”第 2 行 D 列（A1）",
        "工作表“数据”第 2 行 G 列（B）",
        "工作表“数据”第 3 行 A 列（单位）",
        "工作表“数据”第 4 行 A 列（单位）",
    ]


def test_an_empty_cell_of_a_leaf_that_applies_is_a_fault():
    scheme = scheme_book(
        [
            leaf("A", 60, "计数", "单价=1"),
            leaf("B", 40, "计数", "单价=1；缺失=计零"),
        ]
    )
    values = read_values(book({"数据": [[*UNITS, "A", "B"], ["甲", "一", "", None, None]]}), scheme)

    found = refusals(score_values, scheme, values)

    assert found == ["工作表“数据”第 2 行 D 列（A）：“甲”的“A 指标A”：没有数据"]


def test_left_out_of_the_group_gets_nothing():
    scheme = scheme_book([leaf("A", 100, "名次", "名次分=1:100，2:60；缺失=不计")])

    rows = score(scheme, [[*UNITS, "A"], ["甲", "一", "", None], ["乙", "一", "", 3]])

    assert [(row["A"], row["名次"]) for row in rows] == [("0.00", "2"), ("100.00", "1")]


def test_levels_by_month_are_read():
    scheme = scheme_book(
        [leaf("A", 100, "分级计数", "级别分=省级:4，市级:2；封顶=100；周期=月；周期封顶=6")]
    )

    rows = score(
        scheme, [[*UNITS, "A"], ["甲", "一", "", "1：（省级：2，市级：1），2：（市级：1）"]]
    )

    # January 10, at most 6; February 2.
    assert rows[0]["A"] == "8.00"


def test_levels_with_brackets_of_their_own_are_read_by_month():
    scheme = scheme_book(
        [leaf("A", 100, "分级计数", "级别分=省（部）级:4，市级:2；封顶=100；周期=月；周期封顶=100")]
    )

    rows = score(
        scheme, [[*UNITS, "A"], ["甲", "一", "", "1:（省（部）级:2，市级:1），2:（市级:1）"]]
    )

    assert rows[0]["A"] == "12.00"


def test_a_month_written_twice_is_refused():
    scheme = scheme_book(
        [leaf("A", 100, "分级计数", "级别分=省级:4，市级:2；封顶=100；周期=月；周期封顶=6")]
    )
    rows = [[*UNITS, "A"], ["甲", "一", "", "1:（省级:2），1:（市级:1）"]]

    found = refusals(read_values, book({"数据": rows}), scheme)

    assert found == ["工作表“数据”第 2 行 D 列（A）：有一个周期写了两次"]


def test_try_scheme_prints_a_row_for_each_unit(tmp_path, capfdbinary):
    scheme, values = _written(tmp_path, cell=3)

    call_command("try_scheme", scheme, values, out=tmp_path / "结果.xlsx")

    assert capfdbinary.readouterr().out.decode() == (
        "单位,分组,A,总分,名次,等次\n甲,一,60.00,60.00,1,不合格\n"
    )
    with (tmp_path / "结果.xlsx").open("rb") as written:
        result = open_workbook(written)
    assert result.sheets[0].rows[1] == ["甲", "一", 60, 60, 1, "不合格"]
    assert "3" in str(result.sheets[1].rows[1][4])


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (None, "工作表“数据”第 2 行 D 列（A）：“甲”的“A 一”：没有数据\n"),
        ("三", "工作表“数据”第 2 行 D 列（A）：“三”不是数，请写成 2、0.5 这样的数\n"),
    ],
)
def test_try_scheme_tells_faults_on_standard_error_alone(tmp_path, capfdbinary, cell, told):
    scheme, values = _written(tmp_path, cell=cell)

    with pytest.raises(SystemExit) as ended:
        call_command("try_scheme", scheme, values)

    printed = capfdbinary.readouterr()
    assert (ended.value.code, printed.out, printed.err.decode()) == (1, b"", told)


def test_try_scheme_without_its_file_says_which(tmp_path, capfdbinary):
    with pytest.raises(SystemExit):
        call_command("try_scheme", tmp_path / "无.xlsx", tmp_path / "也无.xlsx")

    assert "无.xlsx" in capfdbinary.readouterr().err.decode()


def test_try_scheme_with_what_is_no_workbook_says_so(tmp_path, capfdbinary):
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"\x00\x01")

    with pytest.raises(SystemExit):
        call_command("try_scheme", path, path)

    assert capfdbinary.readouterr().err.decode().startswith("坏.xlsx：")


def _written(folder, cell):
    scheme = folder / "方案.xlsx"
    scheme.write_bytes(
        content(
            {
                "方案": [("项目", "值"), ("总分", 100), ("等次", "优秀:90，不合格:0")],
                "指标": [
                    ("编码", "名称", "分值", "赋分办法", "参数"),
                    ("A", "一", 100, "计数", "单价=20"),
                ],
            }
        )
    )
    values = folder / "数据.xlsx"
    values.write_bytes(content({"数据": [[*UNITS, "A"], ["甲", "一", "", cell]]}))
    return scheme, values


@pytest.mark.django_db
def test_scheme_workbook_is_read_back_as_the_scheme_that_is_stored(client):
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)
    department = OrganisationFactory(name="旗委宣传部", short_name="旗委宣传部")
    scheme = draft_notice_scheme(county(), year=2026, department=department, by=user)

    response = client.get(f"/assessment/schemes/{scheme.pk}/workbook/")

    found = read_scheme(open_workbook(io.BytesIO(response.content)))
    stored = book_of(scheme)
    # The measure word belongs to the data source, not to the workbook.
    bare = tuple(replace(one, measure="") for one in stored.spec.indicators)
    assert found.spec == replace(stored.spec, indicators=bare)
    assert found.notes == stored.notes
    assert found.notes["B2"].source == "activities（主题活动=是）"
    assert found.notes["E4"].source == "partnerships（形式=区域性联盟；牵头=是）"
    assert AuditRecord.objects.filter(verb="assessment.export_scheme").count() == 1


@pytest.mark.django_db
def test_scheme_workbook_says_which_parameter_keeps_it_from_being_written(client):
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)
    scheme = SchemeFactory(status="draft", created_by=user)
    IndicatorFactory(
        scheme=scheme,
        rule_kind="per_unit",
        source="metric",
        metric="activities",
        params={"单价": "几分"},
    )

    response = client.get(f"/assessment/schemes/{scheme.pk}/workbook/", follow=True)

    told = [str(message) for message in response.context["messages"]]
    assert told == [
        "有指标的参数不对，改好后才能导出：单价：“几分”不是数，请写成 2、0.5 这样的数。"
    ]


def test_try_scheme_needs_no_installation(tmp_path):
    scheme, values = _written(tmp_path, cell=3)
    bare = {name: value for name, value in os.environ.items() if name not in INSTALLATION}

    done = subprocess.run(
        [sys.executable, "manage.py", "try_scheme", scheme, values],
        capture_output=True,
        check=False,
        env={**bare, "VAR_DIR": str(tmp_path / "var"), "DATABASE_URL": "postgres://nowhere/none"},
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().splitlines()[1] == "甲,一,60.00,60.00,1,不合格"
