"""Pages of versions: revise, compare, print, publish with what is carried over."""

import io
import re
from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.metrics import METRICS
from assessment.models import Indicator, ManualMark, Scheme
from assessment.scheme_book.compare import compare
from assessment.scheme_book.sources import shown_source
from assessment.scheme_paper import scheme_letter, village_rows
from core.models import AuditRecord
from core.sheets import read_table
from organisations.models import Region
from organisations.models.kinds import Kind
from tests.assessment.trial import branch, leaf, scheme_book
from tests.factories.assessment import GroupMemberFactory, SchemeFactory
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    county,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def director():
    return user_with(Role.OFFICE_DIRECTOR)


@pytest.fixture
def in_force(staff, director):
    OrganisationFactory(region=RegionFactory())
    scheme = actions.draft_notice_scheme(county(), year=2026, department=office(), by=staff)
    return actions.publish_scheme(scheme, document_number="奈创办发〔2026〕1号", by=director)


def test_compare_tells_rows_fields_moves_and_sums():
    old = scheme_book(
        [
            branch("A", 60), leaf("A1", 60, "有无", 上级编码="A"),
            branch("B", 40), leaf("B1", 40, "计数", "单价=1", 上级编码="B"),
        ],
        vetoes=[("甲", "一票否决", "造假")],
    )  # fmt: skip
    new = scheme_book(
        [
            branch("B", 100), leaf("B1", 60, "计数", "单价=2", 上级编码="B"),
            leaf("A1", 40, "有无", 上级编码="B"), leaf("C", 5, "计数", "单价=1", 角色="加分"),
        ],
        {"小数位": 1},
    )  # fmt: skip

    found = compare(old, new)

    fields = {
        row.code: [(one.label, one.old, one.new) for one in row.fields] for row in found.changed
    }
    assert [one.code for one in found.added] == ["C"]
    assert [one.code for one in found.removed] == ["A"]
    assert fields == {
        "B": [("分值", "40", "100")],
        "B1": [("分值", "40", "60"), ("参数", "单价=1", "单价=2")],
        "A1": [("分值", "60", "40")],
    }
    assert [(one.code, one.old, one.new) for one in found.moved] == [("A1", "A 分支A", "B 分支B")]
    assert [(one.code, one.name, one.old, one.new) for one in found.sums] == [
        ("", "基础分合计", 100, 100),
        ("", "加分合计", None, 5),
        ("B", "分支B", 40, 100),
        ("A", "分支A", 60, None),
    ]
    assert [(one.label, one.old, one.new) for one in found.vetoes] == [("甲 一票否决", "造假", "")]
    assert [one.label for one in found.settings] == ["小数位"]
    assert (found.is_reordered, found.is_equal) == (True, False)
    assert compare(old, old).is_equal


def test_compare_tells_kinds_in_the_register_s_order():
    old = scheme_book([leaf("A", 100, "有无")])
    new = scheme_book([leaf("A", 100, "有无", 适用类型="企业，苏木乡镇，嘎查村")])

    (row,) = compare(old, new).changed

    (change,) = row.fields
    assert (change.label, change.old, change.new) == ("适用类型", "全部", "苏木乡镇、嘎查村、企业")


def test_scheme_revise_asks_once_and_leads_to_the_draft(client, in_force, staff):
    client.force_login(staff)
    url = reverse("assessment:scheme_revise", args=[in_force.pk])
    asked = client.get(url)

    done = client.post(url)
    twice = client.post(url, follow=True)

    draft = Scheme.objects.get(version=2)
    leaves = sum(indicator.is_leaf for indicator in in_force.indicators.all())
    assert (asked.context["figures"][0]["figure"], "末级指标照抄" in asked.text) == (leaves, True)
    assert done.url == reverse("assessment:scheme_detail", args=[draft.pk])
    assert "已有第 2 版的草稿" in twice.text
    assert f'<a href="{done.url}">打开这份方案' in twice.text
    assert Scheme.objects.count() == 2


def test_scheme_publish_says_what_is_carried(client, in_force, staff, director):
    draft = actions.revise_scheme(in_force, by=staff)
    unit = in_force.members.first().organisation
    ManualMark.objects.create(
        indicator=in_force.indicators.get(code="D1"), organisation=unit, value=D(15),
        marked_by=UserFactory(),
    )  # fmt: skip
    client.force_login(director)

    page = client.get(reverse("assessment:scheme_publish", args=[draft.pk]))

    figures = [(one["label"], one["figure"]) for one in page.context["figures"][2:]]
    assert figures == [("人工评分带到新版", 1)]
    assert "保留提示项的理由" not in page.text
    assert "第 1 版由这一版替代" in page.text


def test_scheme_publish_names_the_rule_that_each_item_offends(client, staff, director):
    OrganisationFactory(region=RegionFactory())
    draft = actions.draft_notice_scheme(county(), year=2026, department=office(), by=staff)
    Indicator.objects.filter(code="B3").update(name="报送信息篇数")
    client.force_login(director)

    page = client.get(reverse("assessment:scheme_publish", args=[draft.pk]))

    assert "B3 报送信息篇数" in page.text
    assert "保留提示项的理由" in page.text
    assert "不得把领导批示和在刊物、媒体刊发文章信息作为督查检查考核内容" in page.text


def test_scheme_compare_begins_with_what_it_was_copied_from(client, in_force, staff):
    SchemeFactory(year=2025, title="更早的方案")
    draft = actions.revise_scheme(in_force, by=staff)
    draft.indicators.filter(code="B1").update(points=D(15))
    client.force_login(staff)

    page = client.get(reverse("assessment:scheme_compare", args=[draft.pk]))

    [changed] = page.context["comparison"].changed
    assert page.context["other"] == in_force
    assert (changed.code, changed.fields[0].old, changed.fields[0].new) == ("B1", "16", "15")
    assert "第 2 版" in page.text


def test_scheme_compare_takes_any_other_and_nothing_else(client, in_force, staff):
    earlier = SchemeFactory(year=2025, title="更早的方案")
    client.force_login(staff)
    url = reverse("assessment:scheme_compare", args=[in_force.pk])

    answers = {
        other: client.get(url, {"other": other}).status_code
        for other in (str(earlier.pk), "999999", "x", str(in_force.pk), "")
    }

    assert answers == {
        str(earlier.pk): 200, "999999": 404, "x": 404, str(in_force.pk): 404, "": 404,
    }  # fmt: skip


def test_scheme_compare_hides_drafts_from_units(client, in_force, staff):
    draft = actions.revise_scheme(in_force, by=staff)
    client.force_login(user_with(Role.LIAISON, OrganisationFactory(region=RegionFactory())))
    url = reverse("assessment:scheme_compare", args=[in_force.pk])

    alone = client.get(url)
    asked = client.get(url, {"other": draft.pk})

    assert (alone.context["other"], asked.status_code) == (None, 404)
    assert "没有可对照的方案" in alone.text


def test_scheme_compare_as_a_workbook_has_a_row_for_every_difference(client, in_force, staff):
    draft = actions.revise_scheme(in_force, by=staff)
    draft.indicators.filter(code="B1").update(name="另一个名称", order=0)
    draft.indicators.filter(code="F1").update(parent=draft.indicators.get(code="E"), role="bonus")
    client.force_login(staff)
    url = reverse("assessment:scheme_compare_export", args=[draft.pk])

    response = client.get(url, {"other": in_force.pk})

    rows = read_table(io.BytesIO(response.content))
    kinds = {row[0] for row in rows[4:]}
    assert ["改动", "B1", "另一个名称", "名称", "开展联创活动", "另一个名称"] in rows
    assert {"改动", "移动", "次序", "合计"} <= kinds


def test_scheme_compare_export_is_on_record(client, in_force, staff):
    draft = actions.revise_scheme(in_force, by=staff)
    client.force_login(staff)

    client.get(reverse("assessment:scheme_compare_export", args=[draft.pk]))

    record = AuditRecord.objects.get(verb="assessment.export_comparison")
    assert (record.by, record.after) == (staff, {"other": in_force.label})


def test_scheme_compare_export_needs_something_to_compare_with(client, in_force, staff):
    client.force_login(staff)

    response = client.get(reverse("assessment:scheme_compare_export", args=[in_force.pk]))

    assert response.status_code == 404


def test_scheme_compare_takes_the_same_queries_for_more_schemes(
    client, in_force, staff, django_assert_max_num_queries
):
    client.force_login(staff)
    url = reverse("assessment:scheme_compare", args=[in_force.pk])
    counts = []
    for _ in (1, 3):
        SchemeFactory(year=2025)
        client.get(url)
        with django_assert_max_num_queries(40) as asked:
            client.get(url)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_scheme_letter_prints_grades_groups_and_the_reason(in_force):
    Indicator.objects.filter(code="B3").update(name="报送信息篇数")
    in_force.publish_reason = "上级统一要求"
    in_force.excellent_ratio = D("0.3")

    text = "\n".join(one.text for one in scheme_letter(in_force).body)

    assert "优秀90分以上，良好80分以上，合格60分以上，不合格不足60分。" in text
    assert "名额由后面的单位递补" in text
    assert "最高等次不超过本组单位数的30%" in text
    assert "1.苏木乡镇：" in text
    assert "“B3 报送信息篇数”出现“信息篇”" in text
    assert "保留理由：上级统一要求。" in text


def test_scheme_letter_of_a_draft_says_so(staff):
    draft = actions.draft_notice_scheme(county(), year=2026, department=office(), by=staff)
    draft.grade_bands, draft.veto_frees_place = [], False

    letter = scheme_letter(draft)

    assert letter.title.endswith("（草稿）")
    assert "不定等次" in "".join(one.text for one in letter.body)
    assert "递补" not in "".join(one.text for one in letter.body)
    assert letter.mark == ""


def test_scheme_paper_puts_the_villages_of_each_township_in_an_appendix(in_force):
    group = in_force.groups.first()
    township = RegionFactory(name="沙日浩来镇", short_name="沙日浩来镇")
    for name in ("东沟村", "西沟村"):
        region = RegionFactory(parent=township, level=Region.Level.VILLAGE)
        unit = OrganisationFactory(region=region, kind=Kind.VILLAGE, short_name=name)
        GroupMemberFactory(scheme=in_force, group=group, organisation=unit, kind=unit.kind)

    letter = scheme_letter(in_force)

    told = [part.text for part in letter.body if part.text.startswith("1.")]
    assert told[0].endswith("；沙日浩来镇2家（名单见附件2）。")
    assert letter.attachments == ("考核指标表", "参加考核的嘎查村、社区")
    assert village_rows(in_force) == [("沙日浩来镇", "东沟村、西沟村")]


def test_scheme_paper_is_a_pdf(client, in_force, staff):
    Indicator.objects.filter(code="A1").update(params={"单价": "很多"}, applies_to=["township"])
    client.force_login(staff)

    response = client.get(reverse("assessment:scheme_paper", args=[in_force.pk, "pdf"]))

    assert response.content.startswith(b"%PDF")


def test_scheme_compare_names_sources_as_people_do(client, in_force, staff):
    draft = actions.revise_scheme(in_force, by=staff)
    draft.indicators.filter(code="A1").update(source="metric", metric="partners")
    client.force_login(staff)

    page = client.get(reverse("assessment:scheme_compare", args=[draft.pk]))

    [changed] = page.context["comparison"].changed
    words = [field.old + field.new for field in changed.fields if field.label == "数据来源"]
    assert len(words) == 1
    assert not re.search("[a-z]", words[0])


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("partnerships", "实施中的联创项目"),
        ("activities（主题活动=是）", f"{METRICS['activities'].label}（主题活动=是）"),
        ("人工", "人工"),
        ("别处的数", "别处的数"),
        ("", ""),
    ],
    ids=["key", "conditions", "marks", "unknown", "branch"],
)
def test_source_is_shown_by_its_name_where_it_can_be_read(written, told):
    assert shown_source(written) == told
