"""Pages that take scheme workbooks: import, replace, trial; good ones and every kind of bad one."""

import io
import zipfile
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment import actions
from assessment.management.commands.tidy_scheme import tidied
from assessment.models import Scheme
from assessment.ready_schemes import READY
from assessment.scheme_book import sealed
from assessment.scheme_book.stored import book_of
from core.models import AuditRecord
from organisations.models.kinds import Kind
from tests.assessment.test_actions_drafts import HEAD, SETTINGS, row
from tests.assessment.test_kinds_of_tables import ALONE
from tests.assessment.trial import content
from tests.factories.assessment import SchemeFactory
from tests.factories.organisations import OrganisationFactory, county, office, user_with

pytestmark = pytest.mark.django_db
IMPORT = "/assessment/schemes/import/"
TRY = "/assessment/schemes/try/"
UNITS = ["单位", "分组", "类型"]


@pytest.fixture
def staff(client):
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def draft(staff):
    return actions.draft_ready_scheme(county(), READY[0], year=2026, department=office(), by=staff)


def upload(name, data):
    return SimpleUploadedFile(name, data)


def workbook(*rows, settings=(), **sheets):
    return content({"方案": [*SETTINGS, *settings], "指标": [HEAD, *rows], **sheets})


GOOD = workbook(row("A", 100, "有无", "", "activities"))


def test_scheme_import_makes_a_draft_at_once(client, staff):
    response = client.post(IMPORT, {"file": upload("方案.xlsx", GOOD), "year": "2026"})

    scheme = Scheme.objects.get()
    assert response.url == reverse("assessment:scheme_detail", args=[scheme.pk])
    assert (scheme.title, scheme.year, scheme.created_by) == ("奈曼旗2026年考核方案", 2026, staff)
    assert AuditRecord.objects.filter(verb="assessment.draft_from_book").count() == 1


def test_scheme_import_takes_the_year_of_the_form_where_the_workbook_has_none(client, staff):
    data = content(
        {
            "方案": [("项目", "值"), ("名称", "方案"), ("总分", 100)],
            "指标": [HEAD, row("A", 100, "固定分")],
        }
    )

    client.post(IMPORT, {"file": upload("方案.xlsx", data), "year": "2026"})

    assert Scheme.objects.get().year == 2026


def test_scheme_import_lists_every_fault_by_sheet_row_and_column(client, staff):
    data = workbook(
        row("A", 50, "计数", "单价=很多", "没有也不说"),
        row("B", 40, "计数", "单价=1", "没有的来源", 负责部门="没有的部门"),
        row("C", 0, "固定分", "", "", 上级编码="没有"),
        row("C", 0, "固定分"),
        settings=[("等次", "优秀"), ("不适用", "不算")],
    )

    response = client.post(IMPORT, {"file": upload("方案.xlsx", data), "year": "2026"})

    places = [(one.sheet, one.row, one.letter) for one in response.context["faults"]]
    assert response.status_code == 422
    assert places == [
        ("指标", 2, "G"),
        ("指标", 3, "H"),
        ("指标", 3, "K"),
        ("指标", 4, "B"),
        ("指标", 5, "A"),
        ("方案", 4, "B"),
        ("方案", 5, "B"),
        ("方案", 6, "B"),
    ]
    assert Scheme.objects.count() == 0


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 300_000_000)
    return stream.getvalue()


def with_macros():
    """A good workbook that carries code: it is read as a table, the code is nothing to us."""
    stream = io.BytesIO(GOOD)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub Auto_Open()")
    return stream.getvalue()


BAD = {
    "empty": (b"", "文件是空的"),
    "huge": (b"PK\x03\x04" + b"0" * (sealed.MAX_BYTES + 1), "文件超过 1 MB"),
    "bomb": (bomb, ""),
    "zip": (b"PK\x03\x04 broken", ""),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, ""),
    "words": ("随便写的一段话".encode(), "这不是 Excel 文件"),
    "other": (content({"表1": [["甲", "乙"], [1, 2]]}), "缺少这张工作表"),
    "nothing": (content({"方案": [], "指标": []}), "表格里没有内容"),
}


@pytest.mark.parametrize(("data", "told"), BAD.values(), ids=BAD)
def test_scheme_import_refuses_bad_files_in_a_sentence(client, staff, data, told):
    data = data() if callable(data) else data

    response = client.post(IMPORT, {"file": upload("方案.xlsx", data), "year": "2026"})

    said = str(response.context["form"].errors) + str(response.context.get("faults", ""))
    assert response.status_code == 422
    assert told in said
    assert Scheme.objects.count() == 0


def test_scheme_import_reads_the_table_of_a_file_with_macros(client, staff):
    client.post(IMPORT, {"file": upload("方案.xlsm", with_macros()), "year": "2026"})

    assert Scheme.objects.count() == 1


def test_scheme_import_without_a_file_says_so(client, staff):
    response = client.post(IMPORT, {"year": "2026"})

    assert (response.status_code, "file" in response.context["form"].errors) == (422, True)


def test_scheme_import_of_a_name_that_is_taken_is_refused(client, staff):
    client.post(IMPORT, {"file": upload("方案.xlsx", GOOD), "year": "2026"})

    response = client.post(IMPORT, {"file": upload("方案.xlsx", GOOD), "year": "2026"})

    assert response.status_code == 422
    assert "请直接打开修改" in response.text
    assert Scheme.objects.count() == 1


def test_scheme_import_asks_about_what_looks_like_personal_data(client, staff):
    data = workbook(row("A", 100, "有无", "", "activities", 依据="联系人13812345678"))

    asked = client.post(IMPORT, {"file": upload("方案.xlsx", data), "year": "2026"})
    kept = asked.context["kept"]
    again = client.post(IMPORT, {"kept": kept})
    none_yet = Scheme.objects.count()
    client.post(IMPORT, {"kept": again.context["kept"], "keep_text": "1"})

    assert [one.letter for one in asked.context["warnings"]] == ["L"]
    assert (none_yet, Scheme.objects.count()) == (0, 1)


@pytest.mark.parametrize("kept", ["", "x", "x:y:z"])
def test_scheme_import_takes_only_what_it_gave_out(client, staff, kept):
    response = client.post(IMPORT, {"kept": kept})

    assert (response.status_code, Scheme.objects.count()) == (422, 0)
    assert "已过期，请重新选择文件" in response.text


def test_scheme_replace_shows_what_changes_and_then_does_it(client, draft):
    url = reverse("assessment:scheme_replace", args=[draft.pk])
    book = book_of(draft)
    changed = tidied(book).replace(b"x", b"x")
    data = workbook(
        row("A", 100),
        row("A1", 100, "计数", "单价=1", "activities", 上级编码="A"),
    )

    same = client.post(url, {"file": upload("方案.xlsx", changed)})
    shown = client.post(url, {"file": upload("方案.xlsx", data)})
    untouched = book_of(draft) == book
    done = client.post(url, {"kept": shown.context["kept"]})

    found = shown.context["comparison"]
    assert same.context["comparison"].is_equal
    assert untouched
    assert [one.code for one in found.added] == []
    assert {"B", "C", "D", "E", "F"} <= {one.code for one in found.removed}
    assert [one.code for one in found.changed] == ["A", "A1"]
    assert done.url == reverse("assessment:scheme_detail", args=[draft.pk])
    assert list(draft.indicators.values_list("code", flat=True)) == ["A", "A1"]


def test_scheme_replace_asks_again_when_the_draft_has_changed(client, draft):
    url = reverse("assessment:scheme_replace", args=[draft.pk])
    shown = client.post(url, {"file": upload("方案.xlsx", GOOD)})
    draft.indicators.filter(code="D1").update(name="别的名称")

    again = client.post(url, {"kept": shown.context["kept"]})

    assert "草稿刚才有改动" in again.text
    assert draft.indicators.count() > 1
    client.post(url, {"kept": again.context["kept"]})
    assert draft.indicators.count() == 1


def test_scheme_replace_takes_no_workbook_of_another_draft(client, draft, staff):
    other = actions.draft_ready_scheme(county(), READY[0], year=2027, department=office(), by=staff)
    url = reverse("assessment:scheme_replace", args=[draft.pk])
    shown = client.post(url, {"file": upload("方案.xlsx", GOOD)})

    response = client.post(
        reverse("assessment:scheme_replace", args=[other.pk]), {"kept": shown.context["kept"]}
    )

    assert response.status_code == 422
    assert "不是给这份方案的" in response.text


def test_scheme_replace_of_a_published_one_leads_to_a_revision(client, staff):
    scheme = SchemeFactory()

    response = client.get(reverse("assessment:scheme_replace", args=[scheme.pk]), follow=True)

    assert "修订为新版" in response.text


def test_scheme_replace_with_faults_changes_nothing(client, draft):
    url = reverse("assessment:scheme_replace", args=[draft.pk])
    before = book_of(draft)
    data = workbook(row("A", 90, "有无", "", "activities"))

    response = client.post(url, {"file": upload("方案.xlsx", data)})

    assert (response.status_code, book_of(draft) == before) == (422, True)


def test_the_downloaded_workbook_comes_back_the_same(client, draft):
    first = client.get(reverse("assessment:scheme_workbook", args=[draft.pk])).content
    before = tidied(book_of(draft))
    url = reverse("assessment:scheme_replace", args=[draft.pk])
    shown = client.post(url, {"file": upload("方案.xlsx", first)})

    client.post(url, {"kept": shown.context["kept"]})

    assert shown.context["comparison"].is_equal
    assert tidied(book_of(draft)) == before


# --- trial ---


def scheme_file(kind, params, points):
    return content(
        {
            "方案": [("项目", "值"), ("总分", points)],
            "指标": [
                ("编码", "名称", "分值", "赋分办法", "参数"),
                ("A", "指标A", points, kind, params),
            ],
        }
    )


def values_file(*cells):
    rows = [[f"单位{n}", "一", "苏木乡镇", cell] for n, cell in enumerate(cells, 1)]
    return content({"数据": [[*UNITS, "A"], *rows]})


TABLES = [
    pytest.param(kind, params, points, tuple(cells), id=f"{name}-{kind}-{number}")
    for number, (name, kind, params, points, cells) in enumerate(ALONE)
]


def printed(capfdbinary, scheme, values, folder):
    for name, data in (("s.xlsx", scheme), ("v.xlsx", values)):
        (folder / name).write_bytes(data)
    call_command("try_scheme", folder / "s.xlsx", folder / "v.xlsx")
    return capfdbinary.readouterr().out


@pytest.mark.parametrize(("kind", "params", "points", "cells"), TABLES)
def test_scheme_try_gives_what_the_command_prints(
    client, staff, capfdbinary, tmp_path, kind, params, points, cells
):
    scheme, values = scheme_file(kind, params, points), values_file(*cells)

    response = client.post(
        TRY,
        {"scheme": upload("s.xlsx", scheme), "values": upload("v.xlsx", values), "download": "csv"},
    )

    assert response.content == printed(capfdbinary, scheme, values, tmp_path)
    assert response.headers["Content-Type"].startswith("text/csv")


def shown_table(response):
    """The table of the page as the lines of the CSV."""
    heads = [head["code"] for head in response.context["heads"]]
    lines = [",".join(["单位", "分组", *heads, *response.context["ends"]])]
    for one in response.context["rows"]:
        unit = one["result"].unit
        cells = [cell["shown"] for cell in one["cells"]]
        lines.append(
            ",".join(
                [unit.name, unit.group, *cells, one["total"], one["rank"], one["result"].grade]
            )
        )
    return "\n".join(lines) + "\n"


def test_scheme_try_shows_the_table_and_explains_every_cell(client, staff, capfdbinary, tmp_path):
    scheme, values = scheme_file("计数", "单价=1.5", 6), values_file(3, 5)

    response = client.post(
        TRY, {"scheme": upload("s.xlsx", scheme), "values": upload("v.xlsx", values)}
    )
    download = client.post(TRY, {"kept": response.context["kept"], "download": "csv"})
    workbook = client.post(TRY, {"kept": response.context["kept"], "download": "xlsx"})

    expected = printed(capfdbinary, scheme, values, tmp_path).decode()
    assert shown_table(response) == expected == download.content.decode()
    assert response.context["rows"][0]["cells"][0]["told"].startswith("指标A 3 × 1.5 分 = 4.5 分")
    assert "3 × 1.5 分 = 4.5 分" in response.text
    assert workbook.content.startswith(b"PK")
    assert Scheme.objects.count() == 0


def test_scheme_try_gives_out_no_formula(client, staff):
    values = content({"数据": [[*UNITS, "A"], ["@SUM(A1)", "甲组", "乡", 3]]})
    scheme = scheme_file("计数", "单价=1.5", 6)
    shown = client.post(
        TRY, {"scheme": upload("s.xlsx", scheme), "values": upload("v.xlsx", values)}
    )

    download = client.post(TRY, {"kept": shown.context["kept"], "download": "csv"})

    assert download.text.splitlines()[1].startswith("'@SUM(A1),甲组")


def test_what_one_page_keeps_another_does_not_take(client, staff, draft):
    scheme, values = scheme_file("计数", "单价=1.5", 6), values_file(3, 5)
    files = {"scheme": upload("s.xlsx", scheme), "values": upload("v.xlsx", values)}
    tried = client.post(TRY, files).context["kept"]
    replace = reverse("assessment:scheme_replace", args=[draft.pk])
    looked_at = client.post(replace, {"file": upload("方案.xlsx", GOOD)}).context["kept"]

    answers = [client.post(IMPORT, {"kept": tried}), client.post(TRY, {"kept": looked_at})]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("请重新选择文件" in answer.text for answer in answers)


def test_scheme_import_refuses_more_rows_than_the_editor_shows(client, staff):
    rows = [row(f"A{number}", 1, "有无", "", "activities") for number in range(301)]

    response = client.post(IMPORT, {"file": upload("方案.xlsx", workbook(*rows)), "year": "2026"})

    assert (response.status_code, Scheme.objects.count()) == (422, 0)
    assert "指标超过 300 行" in response.text


def test_scheme_try_with_groups_last_year_and_vetoes_as_the_command(
    client, staff, capfdbinary, tmp_path
):
    scheme = content(
        {
            "方案": [("项目", "值"), ("总分", 100), ("等次", "优秀:90，合格:0")],
            "指标": [
                ("编码", "上级编码", "名称", "角色", "分值", "赋分办法", "参数", "适用类型"),
                ("A", "", "名次", "", 40, "名次", "名次分=1:40，2:30，其他:10", ""),
                ("B", "", "同比", "", 30, "同比", "基础=20；每增加=2；每减少扣=1", ""),
                ("C", "", "镇", "", 30, "与均值比", "步长=1；每步扣=1", "苏木乡镇"),
                ("X", "", "加", "加分", 5, "计数", "单价=1", ""),
            ],
            "否决": [("单位", "类型", "事由"), ("乙", "一票否决", "造假")],
        }
    )
    values = content(
        {
            "数据": [
                [*UNITS, "A", "B", "C", "X"],
                ["甲", "一", "苏木乡镇", 5, 3, 9, 1],
                ["乙", "一", "苏木乡镇", 5, 2, 8, 9],
                ["丙", "一", "学校", 1, 2, None, 0],
            ],
            "上年": [["单位", "B"], ["甲", 1], ["乙", 2], ["丙", 5]],
        }
    )

    response = client.post(
        TRY, {"scheme": upload("s.xlsx", scheme), "values": upload("v.xlsx", values)}
    )

    assert shown_table(response) == printed(capfdbinary, scheme, values, tmp_path).decode()


@pytest.mark.parametrize(
    ("scheme", "values", "told"),
    [
        (b"", GOOD, "方案工作簿：文件是空的"),
        (scheme_file("计数", "单价=1", 6), b"", "数据工作簿：文件是空的"),
        (scheme_file("计数", "单价=很多", 6), values_file(1), "不是数"),
        (scheme_file("计数", "单价=1", 6), values_file("很多"), "不是数"),
        (scheme_file("计数", "单价=1", 6), values_file(None), "没有数据"),
        (scheme_file("计数", "单价=1", 6), content({"别的": [["甲"]]}), "缺少这张工作表"),
    ],
    ids=["no scheme", "no values", "parameter", "value", "missing", "sheet"],
)
def test_scheme_try_lists_faults(client, staff, scheme, values, told):
    response = client.post(
        TRY, {"scheme": upload("s.xlsx", scheme), "values": upload("v.xlsx", values)}
    )

    assert response.status_code == 422
    assert told in response.text
    assert "kept" not in response.context


def test_scheme_try_of_a_large_file_is_not_carried_by_the_page(client, staff, monkeypatch):
    monkeypatch.setattr("assessment.views.trial.MAX_BYTES", 10)
    monkeypatch.setattr("assessment.views.trial.SHOWN", 1)
    scheme, values = scheme_file("计数", "单价=1", 6), values_file(1, 2)

    response = client.post(
        TRY, {"scheme": upload("s.xlsx", scheme), "values": upload("v.xlsx", values)}
    )

    assert (response.context["kept"], response.context["left"]) == ("", 1)
    assert "请在下面重新选择文件" in response.text


def test_scheme_try_is_for_the_office_alone(client):
    answers = {}
    for role in (Role.OFFICE_DIRECTOR, Role.LEADER, Role.LIAISON):
        client.force_login(user_with(role))
        answers[role] = client.get(TRY).status_code

    assert answers == {Role.OFFICE_DIRECTOR: 200, Role.LEADER: 403, Role.LIAISON: 403}


def test_scheme_create_offers_ready_schemes_and_earlier_ones(client, staff):
    earlier = SchemeFactory(title="奈曼旗2025年考核方案", year=2025)
    OrganisationFactory(kind=Kind.GOVERNMENT_DEPARTMENT)
    url = reverse("assessment:scheme_create")

    page = client.get(url)
    done = client.post(url, {"start": f"copy:{earlier.pk}", "year": "2026"})

    found = Scheme.objects.get(year=2026)
    values = [option["value"] for option in page.context["form"].options]
    assert values == [
        "ready:notice", "ready:townships", "ready:standard_120", f"copy:{earlier.pk}",
    ]  # fmt: skip
    assert all(len(option["lines"]) == 2 for option in page.context["form"].options)
    assert done.url == reverse("assessment:scheme_detail", args=[found.pk])
    assert (found.title, found.copied_from) == ("奈曼旗2026年考核方案", earlier)


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.key)
def test_scheme_create_loads_each_ready_scheme(client, staff, ready):
    facts = {"start": f"ready:{ready.key}", "year": "2026", "department": office().pk}

    client.post(reverse("assessment:scheme_create"), facts)

    assert Scheme.objects.get().total == ready.book().spec.total
    assert Scheme.objects.get().total in (D(100), D(120))


def test_scheme_create_asks_for_no_department_where_nobody_judges(client, staff):
    url = reverse("assessment:scheme_create")

    page = client.get(url)
    done = client.post(url, {"start": "ready:standard_120", "year": "2026", "department": ""})

    assert done.status_code == 302
    assert "“通知要求 100 分”、“苏木乡镇 100＋10 分”里有人工评分的指标" in page.text
    assert '人工评分的负责部门<span class="optional">' not in page.text


def test_scheme_create_offers_the_next_year_without_a_scheme(client, staff):
    this_year = timezone.localdate().year
    urls = [reverse(f"assessment:{name}") for name in ("scheme_create", "scheme_import")]

    def offered():
        return [client.get(url).context["form"]["year"].value() for url in urls]

    free = offered()
    SchemeFactory(year=this_year)
    taken = offered()
    SchemeFactory(year=this_year + 1)

    years = [this_year, this_year + 1, this_year + 1]
    assert [free, taken, offered()] == [[year, year] for year in years]
