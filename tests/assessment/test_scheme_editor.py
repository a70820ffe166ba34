"""The scheme editor without JavaScript, and the answers that its script gets."""

import json
from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from assessment import actions
from assessment.models import ImportedValue, Indicator, ManualMark, Run, Scheme, Score, ScoreLine
from core.errors import RuleError
from core.models import AuditRecord
from organisations.models.kinds import Kind
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
    ScoreFactory,
)
from tests.factories.organisations import OrganisationFactory, UserFactory, county, user_with

pytestmark = pytest.mark.django_db
# Deeper than any reader of JSON goes.
DEEP = "[" * 100_000


@pytest.fixture
def staff(client):
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def scheme(staff):
    """A draft of 40 points: A with A1 (36) and A2 (2)."""
    scheme = SchemeFactory(
        status="draft", published_by=None, published_at=None, total=40, created_by=staff
    )
    branch = IndicatorFactory(scheme=scheme, code="A", name="项目", points=D(40))
    for order, (code, points) in enumerate((("A1", 36), ("A2", 2)), 1):
        leaf(scheme, code, parent=branch, points=D(points), order=order)
    return scheme


def leaf(scheme, code, **facts):
    source = {"source": "metric", "metric": "activities", "rule_kind": "flag"}
    return IndicatorFactory(scheme=scheme, code=code, name=f"名称{code}", **source | facts)


def row(scheme, code):
    return scheme.indicators.get(code=code)


def edit_url(scheme):
    return reverse("assessment:scheme_edit", args=[scheme.pk])


def sent(page, **changes):
    """The table's form as a browser sends it, with these cells changed: `A1_points="38"`."""
    table = page.context["table"]
    data = {}
    for one in table.rows:
        data[f"{one.prefix}-seen"] = one.seen_json
        for key, cell in one.cells.items():
            data[cell.name] = changes.get(f"{one.indicator.code}_{key}", cell.value)
    return data


@pytest.mark.parametrize("item_count", [3, 30])
def test_scheme_edit_takes_a_fixed_number_of_queries(
    client, scheme, item_count, django_assert_num_queries
):
    for number in range(item_count - 3):
        leaf(scheme, f"N{number}", parent=row(scheme, "A"), points=D(1))
    client.get(edit_url(scheme))

    with django_assert_num_queries(11):
        response = client.get(edit_url(scheme))

    assert len(response.context["table"].rows) == item_count


def test_scheme_edit_tells_sums_and_faults_at_their_rows(client, scheme):
    page = client.get(edit_url(scheme))

    table = page.context["table"]
    sums = {one.indicator.code: one.sum.text for one in table.rows if one.sum}
    faults = {one.indicator.code: one.faults for one in table.rows if one.faults}
    assert sums == {"A": "下级合计 38 / 40，还差 2"}
    assert faults == {"A": ["“A 项目”的下级分值合计 38 分，比应有的 40 分少 2 分"]}
    assert [words.text for words in page.context["foot"]] == ["基础分合计 40 分，正好"]


def test_scheme_edit_tells_sums_by_kind_and_caps(client, scheme):
    Indicator.objects.filter(code="A1").update(applies_to=[Kind.TOWNSHIP], points=40)
    Indicator.objects.filter(code="A2").update(applies_to=[Kind.VILLAGE], points=37)
    bonus = IndicatorFactory(scheme=scheme, code="B", role="bonus", points=D(5), order=9)
    leaf(scheme, "B1", parent=bonus, role="bonus", points=D(8))
    first = client.get(edit_url(scheme))
    Indicator.objects.filter(code="A2").update(points=40)
    second = client.get(edit_url(scheme))

    told = [
        [one.sum.text for one in page.context["table"].rows if one.sum] for page in (first, second)
    ]
    assert told == [
        ["嘎查村：下级合计 37 / 40，还差 3", "下级合计 8，封顶 5"],
        ["下级按单位类型合计都是 40 分", "下级合计 8，封顶 5"],
    ]
    assert [words.text for words in first.context["foot"]][1:] == ["加分最多 5"]


def test_scheme_edit_of_a_table_with_an_unreadable_rule_tells_it_and_the_sums(client, scheme):
    Indicator.objects.filter(code="A1").update(rule_kind="quota", params={"定额": "很多"})

    faults = client.get(edit_url(scheme)).context["table"].faults

    assert {(fault.key, fault.code) for fault in faults} >= {("参数", "A1"), ("分值", "A")}


def test_whole_table_is_saved_at_once(client, scheme):
    data = sent(client.get(edit_url(scheme)), A1_points="３８", A2_name="新的  名称")

    response = client.post(edit_url(scheme), data, follow=True)

    assert (row(scheme, "A1").points, row(scheme, "A2").name) == (D(38), "新的 名称")
    assert "已保存 2 行。" in response.text


def test_wrong_cells_are_told_and_everything_else_is_saved(client, scheme):
    page = client.get(edit_url(scheme))
    data = sent(page, A1_points="很多", A1_name="改了名", A2_points="4")

    response = client.post(edit_url(scheme), data)

    cells = response.context["table"].by_pk[row(scheme, "A1").pk].cells
    assert response.status_code == 422
    assert (cells["points"].value, cells["name"].value) == ("很多", "改了名")
    assert "“很多”不是数" in cells["points"].error
    assert (row(scheme, "A1").name, row(scheme, "A2").points) == ("改了名", D(4))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"A1_points": ""}, "没有填，没有分值的填 0"),
        ({"A1_points": "-1"}, "不能小于 0"),
        ({"A1_points": "10000"}, "应小于 10000"),
        ({"A1_points": "1.23456"}, "最多四位小数"),
        ({"A1_code": ""}, "这一项要填"),
        ({"A1_code": "A2"}, "编码“A2”已有"),
        ({"A1_excluded_by": "A1"}, "不能与自己互斥"),
        ({"A1_excluded_by": "A"}, "“A”不是本方案的末级指标"),
        ({"A1_department": "没有的单位名"}, "没有找到这个单位"),
        ({"A1_basis": "联系人13812345678"}, "像是个人手机号"),
        ({"A_role": "boss"}, "所选的不在可选范围内"),
        ({"A_role": ""}, "这一项要填"),
    ],
)
def test_wrong_cell_says_what_is_wrong(client, scheme, changes, sentence):
    response = client.post(edit_url(scheme), sent(client.get(edit_url(scheme)), **changes))

    errors = [cell.error for one in response.context["table"].rows for cell in one.cells.values()]
    assert response.status_code == 422
    assert sentence in "".join(errors)


def test_text_with_a_number_may_stay_knowingly(client, scheme):
    data = sent(client.get(edit_url(scheme)), A1_basis="值班13812345678")
    first = client.post(edit_url(scheme), data)
    warned = first.context["table"].by_pk[row(scheme, "A1").pk]

    client.post(edit_url(scheme), data | {f"{warned.prefix}-keep_text": "on"})

    assert warned.warns
    assert row(scheme, "A1").basis == "值班13812345678"


def test_department_and_exclusion_are_read_by_name_and_code(client, scheme):
    department = OrganisationFactory(name="旗委宣传部", short_name="旗委宣传部", region=county())
    data = sent(
        client.get(edit_url(scheme)), A1_department="旗委宣传部", A1_excluded_by="A2", A2_code="A9"
    )
    client.post(edit_url(scheme), data)
    again = sent(client.get(edit_url(scheme)), A1_department="", A1_excluded_by="")
    before = row(scheme, "A1")

    client.post(edit_url(scheme), again)

    after = row(scheme, "A1")
    assert (before.department, before.excluded_by.code) == (department, "A9")
    assert (after.department, after.excluded_by) == (None, None)


def test_second_of_two_is_told_and_sees_both(client, scheme):
    page = client.get(edit_url(scheme))
    other = UserFactory(name="李主任")
    actions.save_row(row(scheme, "A1"), {"points": D(35)}, seen={"points": "36"}, by=other)
    data = sent(page, A1_points="38", A1_name="改名")

    first = client.post(edit_url(scheme), data)
    cell = first.context["table"].by_pk[row(scheme, "A1").pk].cells["points"]
    kept = row(scheme, "A1")
    client.post(edit_url(scheme), sent(first))

    assert (first.status_code, cell.value, kept.points, kept.name) == (422, "38", D(35), "改名")
    assert cell.clash.startswith("李主任 ")
    assert cell.clash.endswith("已改为“35”，您填的是“38”。")
    assert row(scheme, "A1").points == D(38)


def test_clash_without_a_record_names_nobody(client, scheme):
    page = client.get(edit_url(scheme))
    Indicator.objects.filter(code="A1").update(basis="别人写的")

    response = client.post(edit_url(scheme), sent(page, A1_basis="我写的"))

    assert "刚才已有人改为“别人写的”，您填的是“我写的”。" in response.text


@pytest.mark.parametrize(
    ("deed", "chosen", "table"),
    [
        ("sibling", "A1", ["A", "A1", "A3", "A2"]),
        ("sibling", "", ["A", "A1", "A2", "B"]),
        ("child", "A", ["A", "A1", "A2", "A3"]),
        ("child", "A1", ["A", "A1", "A2"]),
        ("copy", "A2", ["A", "A1", "A2", "A3"]),
        ("up", "A2", ["A", "A2", "A1"]),
        ("out", "A2", ["A", "A1", "A2"]),
        ("under", "A1", ["A", "A2", "A1"]),
        ("up", "", ["A", "A1", "A2"]),
        ("nonsense", "A1", ["A", "A1", "A2"]),
    ],
)
def test_deed_saves_the_table_and_then_does_its_work(client, scheme, deed, chosen, table):
    data = sent(client.get(edit_url(scheme)), A1_points="38")
    number = row(scheme, chosen).pk if chosen else ""
    place = row(scheme, "A").pk

    response = client.post(
        edit_url(scheme), data | {"deed": deed, "row": number, "place": place}, follow=True
    )

    rows = [one.indicator.code for one in response.context["table"].rows]
    assert (rows, row(scheme, "A1").points) == (table, D(38))


def test_deed_without_a_row_says_so(client, scheme):
    response = client.post(edit_url(scheme), {"deed": "copy"}, follow=True)

    assert "先选一行" in response.text


def test_new_row_is_the_chosen_one_on_the_next_page(client, scheme):
    data = {"deed": "sibling", "row": row(scheme, "A2").pk}

    response = client.post(edit_url(scheme), data, follow=True)

    assert response.context["current"] == row(scheme, "A3").pk


def test_fault_leads_to_its_row_by_code(client, scheme):
    chosen = client.get(f"{edit_url(scheme)}?code=A2").context["current"]
    nothing = client.get(f"{edit_url(scheme)}?code=Z").context["current"]

    assert (chosen, nothing) == (row(scheme, "A2").pk, 0)


def test_delete_tells_in_numbers_and_asks(client, scheme):
    response = client.post(edit_url(scheme), {"deed": "delete", "row": row(scheme, "A").pk})
    page = client.get(response.url)

    client.post(response.url)

    assert [fact["figure"] for fact in page.context["figures"]] == [2, "40"]
    assert scheme.indicators.count() == 0


@pytest.mark.parametrize("use", ["mark", "value", "line"])
def test_indicator_in_use_is_not_deleted_but_said(client, scheme, staff, use):
    used, unit = row(scheme, "A1"), OrganisationFactory()
    if use == "mark":
        ManualMark.objects.create(indicator=used, organisation=unit, value=1, marked_by=staff)
    elif use == "value":
        ImportedValue.objects.create(indicator=used, organisation=unit, value=1, entered_by=staff)
    else:
        run = Run.objects.create(scheme=scheme, number=1, requested_by=staff)
        score = ScoreFactory(run=run, group=AssessmentGroupFactory(scheme=scheme))
        ScoreLine.objects.create(
            score=score, indicator=used, depth=1, status="scored", obtainable=1
        )
    url = reverse("assessment:indicator_delete", args=[row(scheme, "A").pk])

    asked = client.get(url, follow=True)
    posted = client.post(url, follow=True)

    assert "不能删除；不再使用的，把分值改为 0" in asked.text
    assert "不能删除" in posted.text
    assert scheme.indicators.count() == 3


def row_url(scheme, code):
    return reverse("assessment:indicator_save_row", args=[row(scheme, code).pk])


def cells_of(scheme, code, seen, **typed):
    pk = row(scheme, code).pk
    data = {f"r{pk}-{key}": value for key, value in typed.items()}
    return data | {f"r{pk}-seen": json.dumps(seen)}


def test_row_is_saved_alone_and_answers_with_sums(client, scheme):
    data = cells_of(scheme, "A1", {"points": "36"}, points="38")

    answer = client.post(row_url(scheme, "A1"), data).json()

    branch = f"r{row(scheme, 'A').pk}"
    assert row(scheme, "A1").points == D(38)
    assert answer["saved"].startswith("已保存 ")
    assert answer["sums"] == {branch: {"text": "下级合计 40 分，正好", "right": True}}
    assert (answer["foot"]["right"], answer["seen"]["points"]) == (True, "38")


def test_row_answers_with_its_own_warnings_of_formalism(client, scheme):
    name = "公众号阅读量"

    answer = client.post(
        row_url(scheme, "A1"), cells_of(scheme, "A1", {"name": "名称A1"}, name=name)
    ).json()
    other = client.post(
        row_url(scheme, "A2"), cells_of(scheme, "A2", {"points": "2"}, points="4")
    ).json()
    page = client.get(edit_url(scheme))

    media, clicks = answer["cautions"]
    assert media.startswith(f"“A1 {name}”出现“公众号”，涉及媒体和信息篇数：")
    assert clicks.startswith(f"“A1 {name}”出现“阅读量”，涉及点击和转发：")
    assert clicks.endswith("；仍要保留的，发布时须写明理由。")
    assert other["cautions"] == []
    assert f"data-cautions><span>{media}</span><span>{clicks}</span></span>" in page.text
    assert page.text.count("仍要保留的") == 2


def test_row_answers_with_faults_and_clashes_at_cells(client, scheme):
    Indicator.objects.filter(code="A1").update(basis="别人写的")
    data = cells_of(scheme, "A1", {"points": "36", "basis": ""}, points="x", basis="我写的")

    cells = client.post(row_url(scheme, "A1"), data).json()["cells"]

    assert "不是数" in cells["points"]["error"]
    assert (cells["basis"]["stored"], cells["basis"]["value"]) == ("别人写的", "我写的")


def test_wrong_cell_is_still_compared_with_what_was_seen_in_it(client, scheme):
    seen = {"points": "36"}
    Indicator.objects.filter(code="A1").update(points=35)

    answer = client.post(row_url(scheme, "A1"), cells_of(scheme, "A1", seen, points="x")).json()
    again = cells_of(scheme, "A1", answer["seen"], points="38")
    clash = client.post(row_url(scheme, "A1"), again).json()["cells"]["points"]

    assert (answer["seen"]["points"], clash["stored"]) == ("36", "35")


@pytest.mark.parametrize("seen", ["", "[]", "{broken", '{"points": 36}', DEEP])
def test_row_with_senseless_memory_is_saved_all_the_same(client, scheme, seen):
    pk = row(scheme, "A1").pk

    client.post(row_url(scheme, "A1"), {f"r{pk}-points": "38", f"r{pk}-seen": seen})

    assert row(scheme, "A1").points == D(38)


def test_row_of_a_published_scheme_is_not_saved(client, scheme):
    publish(scheme)

    answer = client.post(row_url(scheme, "A1"), cells_of(scheme, "A1", {}, points="1"))

    assert (answer.status_code, answer.json()) == (409, {"gone": actions.frozen_words()})


def publish(scheme):
    facts = {"published_by": UserFactory(), "published_at": scheme.created_at}
    Scheme.objects.filter(pk=scheme.pk).update(status="published", **facts)


@pytest.mark.parametrize(
    "name", ["scheme_edit", "scheme_settings", "scheme_applies", "scheme_departments"]
)
def test_published_scheme_sends_the_editor_away(client, scheme, name):
    publish(scheme)

    response = client.post(reverse(f"assessment:{name}", args=[scheme.pk]), follow=True)

    assert response.redirect_chain[-1][0] == reverse("assessment:scheme_detail", args=[scheme.pk])
    assert actions.frozen_words() in response.text


def test_office_of_a_township_may_not_write_the_countys_scheme(client, scheme):
    stranger = user_with(Role.OFFICE_STAFF, OrganisationFactory(kind=Kind.TOWNSHIP))
    client.force_login(stranger)
    group = AssessmentGroupFactory(scheme=scheme)

    answers = [
        client.get(edit_url(scheme)).status_code,
        client.post(row_url(scheme, "A1")).status_code,
        client.post(reverse("assessment:group_rename", args=[group.pk])).status_code,
    ]

    assert set(answers) <= {403, 404}


SETTINGS = {
    "title": "新的名称",
    "year": "2027",
    "total": "120",
    "decimals": "1",
    "not_applicable": "zero",
    "grade_text": "优秀:100，合格:0",
    "excellent_percent": "30",
    "notice_days": "7",
    "annual_weight": "",
}


def settings_url(scheme):
    return reverse("assessment:scheme_settings", args=[scheme.pk])


def test_settings_are_saved(client, scheme):
    client.post(settings_url(scheme), SETTINGS)

    scheme.refresh_from_db()
    assert (scheme.title, scheme.year, scheme.total, scheme.decimals) == (
        "新的名称",
        2027,
        D(120),
        1,
    )
    assert scheme.grade_bands == [["优秀", "100"], ["合格", "0"]]
    assert (scheme.excellent_ratio, scheme.veto_frees_place, scheme.annual_weight) == (
        D("0.3"),
        False,
        None,
    )


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"total": "0"}, "total", "总分必须大于 0"),
        ({"decimals": "5"}, "decimals", "小数位应为 0 至 4"),
        ({"grade_text": "优秀"}, "grade_text", "应写成“优秀:90"),
        ({"grade_text": "优秀:60，良好:80"}, "grade_text", "等次应从高到低"),
        ({"grade_text": ""}, "grade_text", "写了优秀比例就要写等次"),
        ({"excellent_percent": "0"}, "excellent_percent", "0.1"),
        ({"notice_days": "0"}, "notice_days", "1"),
        ({"annual_weight": "120"}, "annual_weight", "100"),
        ({"year": "20266"}, "year", "2100"),
        ({"year": "0"}, "year", "2000"),
    ],
)
def test_settings_say_what_is_wrong(client, scheme, changes, field, sentence):
    response = client.post(settings_url(scheme), SETTINGS | changes)

    errors = response.context["settings_form"].errors
    assert response.status_code == 422
    assert sentence in " ".join(errors.get(field, errors.get("__all__", [])))


def test_settings_with_a_title_of_the_year_are_refused_at_the_title(client, scheme):
    SchemeFactory(title="新的名称", year=2027)

    response = client.post(settings_url(scheme), SETTINGS)

    assert "已有“新的名称”" in response.context["settings_form"].errors["title"][0]


def test_settings_changed_meanwhile_are_told_once(client, scheme):
    before = client.get(edit_url(scheme)).context["settings_form"].initial["before"]
    Scheme.objects.update(total=50)
    first = client.post(settings_url(scheme), SETTINGS | {"before": before})
    again = first.context["settings_form"].data["before"]

    client.post(settings_url(scheme), SETTINGS | {"before": again})

    scheme.refresh_from_db()
    assert "“总分”刚才已有人改为“50”" in first.text
    assert scheme.total == D(120)


@pytest.mark.parametrize("before", ["{", "[]", DEEP])
def test_settings_with_senseless_memory_are_saved(client, scheme, before):
    client.post(settings_url(scheme), SETTINGS | {"before": before})

    scheme.refresh_from_db()
    assert scheme.total == D(120)


def test_settings_saved_without_change_leave_no_record(client, scheme, staff):
    actions.save_scheme_settings(scheme, {"total": D(40)}, by=staff)

    assert AuditRecord.objects.count() == 0


@pytest.mark.parametrize("item_count", [1, 3])
def test_departments_take_a_fixed_number_of_queries(
    client, scheme, item_count, django_assert_num_queries
):
    for number in range(item_count):
        manual(scheme, f"M{number}", department=OrganisationFactory())
    url = reverse("assessment:scheme_departments", args=[scheme.pk])
    client.get(url)

    with django_assert_num_queries(7):
        response = client.get(url)

    assert len(response.context["rows"]) == item_count


def manual(scheme, code, **facts):
    return leaf(scheme, code, rule_kind="manual", source="manual", metric="", **facts)


def test_one_department_is_assigned_to_several_at_once(client, scheme):
    first, second, third = (manual(scheme, code) for code in ("M1", "M2", "M3"))
    department = OrganisationFactory(region=county())
    url = reverse("assessment:scheme_departments", args=[scheme.pk])

    client.post(url, {"rows": [first.pk, second.pk, "x"], "department": department.pk})

    assigned = scheme.indicators.filter(department=department)
    assert set(assigned) == {first, second}
    third.refresh_from_db()
    assert third.department is None


@pytest.mark.parametrize(
    ("rows", "sentence"), [([], "没有勾选人工评分的指标"), (["A1"], "没有勾选人工评分的指标")]
)
def test_department_without_manual_indicators_is_refused(client, scheme, rows, sentence):
    manual(scheme, "M1")
    department = OrganisationFactory(region=county())
    url = reverse("assessment:scheme_departments", args=[scheme.pk])
    numbers = [row(scheme, code).pk for code in rows]

    response = client.post(url, {"rows": numbers, "department": department.pk})

    assert (response.status_code, sentence in response.text) == (422, True)


def test_department_that_scores_already_is_no_change(scheme, staff):
    department = OrganisationFactory()
    pk = manual(scheme, "M1", department=department).pk

    assert actions.assign_department(scheme, [pk], department=department, by=staff) == 0


@pytest.fixture
def townships(scheme):
    group = AssessmentGroupFactory(scheme=scheme)
    for kind in (Kind.TOWNSHIP, Kind.VILLAGE):
        GroupMemberFactory(group=group, kind=kind)
    return scheme


def applies_url(scheme):
    return reverse("assessment:scheme_applies", args=[scheme.pk])


def ticks(page, **changes):
    """All ticks of the page as sent; `A1=["village"]` ticks that row so instead."""
    grid = page.context["grid"]
    found = []
    for one in grid.rows:
        kinds = [tick.kind for tick in one.ticks if tick.is_ticked]
        kinds = changes.get(one.indicator.code, kinds)
        found += [f"{one.indicator.pk}:{kind}" for kind in kinds]
    return {"applies": found, "seen": grid.seen_json}


@pytest.mark.parametrize("item_count", [3, 30])
def test_applies_take_a_fixed_number_of_queries(
    client, townships, item_count, django_assert_num_queries
):
    for number in range(item_count - 3):
        leaf(townships, f"N{number}", parent=row(townships, "A"))
    client.get(applies_url(townships))

    with django_assert_num_queries(7):
        response = client.get(applies_url(townships))

    assert len(response.context["grid"].rows) == item_count


def test_applies_shows_the_kinds_of_the_groups_and_what_they_can_get(client, townships):
    Indicator.objects.filter(code="A2").update(applies_to=[Kind.VILLAGE])

    grid = client.get(applies_url(townships)).context["grid"]
    everything = client.get(f"{applies_url(townships)}?all=1").context["grid"]

    columns = [(one.label, one.units, one.obtainable, one.is_right) for one in grid.columns]
    assert columns == [("苏木乡镇", 1, D(36), False), ("嘎查村", 1, D(38), False)]
    assert (len(everything.columns), everything.hidden) == (len(Kind.values), 0)


def test_applies_saves_ticks_and_leaves_untouched_rows(client, townships):
    Indicator.objects.filter(code="A2").update(applies_to=[Kind.TOWNSHIP, Kind.VILLAGE])
    page = client.get(applies_url(townships))

    client.post(applies_url(townships), ticks(page, A1=[Kind.VILLAGE]))

    stored = {one.code: one.applies_to for one in townships.indicators.all()}
    assert stored == {"A": [], "A1": ["village"], "A2": ["township", "village"]}


def test_applies_ticked_everywhere_is_for_all(client, townships):
    Indicator.objects.filter(code="A1").update(applies_to=[Kind.VILLAGE])
    page = client.get(applies_url(townships))

    client.post(applies_url(townships), ticks(page, A1=[Kind.TOWNSHIP, Kind.VILLAGE]))

    assert row(townships, "A1").applies_to == []


def test_applies_without_any_kind_is_told_at_the_row(client, townships):
    page = client.get(applies_url(townships))

    response = client.post(applies_url(townships), ticks(page, A1=[]))

    assert response.status_code == 422
    assert "一类单位都没有勾" in response.text
    assert row(townships, "A1").applies_to == []


def test_applies_changed_meanwhile_is_told_and_others_are_saved(client, townships):
    page = client.get(applies_url(townships))
    Indicator.objects.filter(code="A1").update(applies_to=[Kind.TOWNSHIP])
    data = ticks(page, A1=[Kind.VILLAGE], A2=[Kind.VILLAGE])

    response = client.post(applies_url(townships), data)

    assert "刚才已有人改为“苏木乡镇”" in response.text
    assert row(townships, "A1").applies_to == ["township"]
    assert row(townships, "A2").applies_to == ["village"]


def test_applies_saved_without_change_leaves_no_record(scheme, staff):
    actions.save_applies(scheme, {row(scheme, "A1").pk: [], 987654: []}, seen={}, by=staff)

    assert AuditRecord.objects.count() == 0


def test_wrong_row_below_a_bonus_keeps_its_role(client, scheme):
    Indicator.objects.filter(code="A").update(role="bonus")
    Indicator.objects.filter(code="A1").update(role="base")
    pk = row(scheme, "A1").pk

    response = client.post(edit_url(scheme), {f"r{pk}-role": "bonus", f"r{pk}-points": "x"})

    assert "role" not in response.context["table"].by_pk[pk].cells
    assert row(scheme, "A1").role == "base"


@pytest.mark.parametrize("seen", ["{", "[]", '{"x": []}', '{"1": 2}', DEEP])
def test_applies_with_senseless_memory_is_saved(client, townships, seen):
    data = ticks(client.get(applies_url(townships)), A1=[Kind.VILLAGE]) | {"seen": seen}

    client.post(applies_url(townships), data)

    assert row(townships, "A1").applies_to == ["village"]


def test_branch_that_does_not_apply_makes_its_leaves_void(client, townships):
    Indicator.objects.filter(code="A").update(applies_to=[Kind.VILLAGE])

    grid = client.get(applies_url(townships)).context["grid"]

    voids = {one.indicator.code: [tick.is_void for tick in one.ticks] for one in grid.rows}
    assert voids == {"A": [False, False], "A1": [True, False], "A2": [True, False]}


def test_score_rows_of_a_rehearsal_keep_their_group(scheme, staff):
    group = AssessmentGroupFactory(scheme=scheme)
    run = Run.objects.create(scheme=scheme, number=1, requested_by=staff)
    ScoreFactory(run=run, group=group)

    with pytest.raises(RuleError, match="已有得分，不能删除"):
        actions.delete_group(group, by=staff)

    assert Score.objects.count() == 1


def renaming(scheme):
    Indicator.objects.filter(scheme=scheme, code="A2").update(excluded_by=row(scheme, "A1"))
    exempt = {"标准": "3", "步长": "1", "每步扣": "1", "豁免": "A1>=1"}
    leaf(scheme, "A3", parent=row(scheme, "A"), rule_kind="sliding", params=exempt, order=3)


def test_new_code_is_said_to_have_gone_along(client, scheme):
    renaming(scheme)
    data = sent(client.get(edit_url(scheme)), A1_code="A9")

    response = client.post(edit_url(scheme), data, follow=True)

    assert (row(scheme, "A2").excluded_by.code, row(scheme, "A3").params["豁免"]) == ("A9", "A9≥1")
    assert "A2 的互斥、A3 的豁免已一并改为“A9”。" in response.text


def test_script_is_told_which_cells_name_the_new_code(client, scheme):
    renaming(scheme)
    data = sent(client.get(edit_url(scheme)), A1_code="A9")
    url = reverse("assessment:indicator_save_row", args=[row(scheme, "A1").pk])

    answer = client.post(url, data).json()

    prefixes = {f"r{row(scheme, code).pk}": "" for code in ("A9", "A3")}
    assert answer["saved"][10:] == "A2 的互斥、A3 的豁免已一并改为“A9”。"
    assert answer["excluded_by"] == prefixes | {f"r{row(scheme, 'A2').pk}": "A9"}


def test_indicator_form_tells_that_a_new_code_went_along(client, scheme):
    renaming(scheme)
    changed = row(scheme, "A1")
    url = reverse("assessment:indicator_edit", args=[changed.pk])
    facts = {"code": "A9", "name": "名称A1", "parent": changed.parent_id, "role": "base"}
    rule = {"points": "36", "rule_kind": "flag", "metric": "activities"}

    response = client.post(url, facts | rule, follow=True)

    assert "A2 的互斥、A3 的豁免已一并改为“A9”。" in response.text


def test_dropped_row_goes_where_it_was_dropped_and_a_refusal_is_told(client, scheme):
    first, second, branch = (row(scheme, code).pk for code in ("A1", "A2", "A"))
    facts = {"deed": "drop", "row": second, "place": branch, "before": first}

    client.post(edit_url(scheme), facts)
    refused = client.post(edit_url(scheme), facts | {"place": first, "before": ""}, follow=True)

    rows = scheme.indicators.filter(parent=branch).order_by("order")
    assert [one.code for one in rows] == ["A2", "A1"]
    assert "有赋分办法，不能再有下级" in refused.text


def test_a_name_that_is_too_long_is_told_and_not_cut(client, scheme):
    page = client.get(edit_url(scheme))
    name = "长" * 103

    response = client.post(edit_url(scheme), sent(page, A1_name=name))

    cell = response.context["table"].by_pk[row(scheme, "A1").pk].cells["name"]
    assert "maxlength" not in page.text.split('data-cell="name"')[1].split(">")[0]
    assert (cell.value, cell.error) == (name, "最多 100 字，现有 103 字，请缩短。")
