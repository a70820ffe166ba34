"""The pages of supervision."""

import csv
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from supervision import actions
from supervision.models import Finding, Inspection
from tests.factories.organisations import OrganisationFactory, office, user_with
from tests.factories.supervision import (
    FindingFactory,
    InspectionFactory,
    checked_finding,
    rectified_finding,
)

pytestmark = pytest.mark.django_db

LIST = reverse("supervision:inspection_list")
CREATE = reverse("supervision:inspection_create")


@pytest.fixture
def unit():
    return OrganisationFactory(short_name="甲镇", name="甲镇政府")


@pytest.fixture
def staff(client):
    user = user_with(Role.OFFICE_STAFF, name="韩梅")
    client.force_login(user)
    return user


@pytest.fixture
def liaison(unit):
    return user_with(Role.LIAISON, unit, name="王芳")


def url_of(name, row):
    return reverse(f"supervision:{name}", args=[row.pk])


def told(response):
    return [str(message) for message in response.context["messages"]]


def posted(unit, *rows, **changed):
    """The form with findings as (what, due, further fields)."""
    data = {
        "organisation": unit.pk,
        "inspected_on": "2026-04-10",
        "basis": "年度安排",
        "summary": "查看台账。",
        "findings-TOTAL_FORMS": str(len(rows)),
        "findings-INITIAL_FORMS": str(sum("pk" in row for row in rows)),
    }
    for number, row in enumerate(rows):
        data |= {f"findings-{number}-{name}": value for name, value in row.items()}
    return data | changed


@pytest.mark.parametrize("item_count", [1, 3])
def test_inspection_list_needs_the_same_queries_for_any_number(
    client, staff, django_assert_num_queries, item_count
):
    for _ in range(item_count):
        finding = FindingFactory()
        rectified_finding(inspection=finding.inspection)
    client.get(LIST)

    with django_assert_num_queries(11):
        response = client.get(LIST)

    assert response.context["page"].paginator.count == item_count


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE_STAFF, 200),
        (Role.OFFICE_DIRECTOR, 200),
        (Role.LIAISON, 200),
        (Role.LEADER, 200),
        (Role.SCORER, 403),
        (Role.AUDITOR, 403),
    ],
)
def test_inspection_list_is_for_who_may_see_inspections(client, role, status):
    client.force_login(user_with(role))

    assert client.get(LIST).status_code == status


@pytest.fixture
def four(staff, unit):
    late = InspectionFactory(organisation=unit, inspected_on=date(2026, 4, 1))
    FindingFactory(inspection=late, due_on=timezone.localdate() - timedelta(days=3))
    rectified = InspectionFactory(
        organisation__name="乙镇", organisation__short_name="乙镇", inspected_on=date(2025, 4, 1)
    )
    rectified_finding(inspection=rectified)
    checked = InspectionFactory(
        organisation__name="丙镇", organisation__short_name="丙镇", inspected_on=date(2026, 3, 1)
    )
    checked_finding(inspection=checked)
    InspectionFactory(
        organisation__name="丁镇", organisation__short_name="丁镇", inspected_on=date(2026, 2, 1)
    )
    return unit


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["甲镇", "丙镇", "丁镇", "乙镇"]),
        ("q=jz", ["甲镇"]),
        ("year=2025", ["乙镇"]),
        ("township={unit}", ["甲镇"]),
        ("state=overdue", ["甲镇"]),
        ("state=open", ["甲镇"]),
        ("state=rectified", ["乙镇"]),
        ("state=waiting", ["乙镇"]),
        ("state=checked", ["丙镇"]),
        ("state=clean", ["丁镇"]),
        ("sort=inspected_on", ["乙镇", "丁镇", "丙镇", "甲镇"]),
        ("state=x&year=abc&township=99999999999999999999&page=-3&sort=x", None),
    ],
)
def test_inspection_list_filters(client, four, query, expected):
    response = client.get(f"{LIST}?{query.format(unit=four.pk)}")

    shown = [row.organisation.short_name for row in response.context["page"]]
    assert shown == (expected or ["甲镇", "丙镇", "丁镇", "乙镇"])


def test_inspection_list_shows_what_was_seen_and_on_what_ground(client, four):
    Inspection.objects.update(summary="查看了展板", basis="实施方案三（四）")

    response = client.get(reverse("supervision:inspection_list"))

    for words in ("查看了展板", "实施方案三（四）"):
        assert response.text.count(f'<span class="clamp-2">{words}</span>') == 4


def test_inspection_list_says_what_is_urgent(client, four):
    context = client.get(LIST).context

    assert (context["waiting_count"], context["late_count"]) == (1, 1)


@pytest.mark.parametrize(
    ("query", "words"), [("", "还没有督导检查"), ("?q=无", "没有符合条件的检查")]
)
def test_inspection_list_says_why_it_is_empty(client, staff, query, words):
    assert words in client.get(LIST + query).content.decode()


def test_inspection_export_tells_findings_in_words(client, four):
    url = reverse("supervision:inspection_export", args=["csv"])

    lines = client.get(f"{url}?state=checked").content.decode("utf-8-sig").splitlines()

    *_, head, row = csv.reader(lines)
    facts = dict(zip(head, row, strict=True))
    due = timezone.localdate() + timedelta(days=10)
    assert (facts["受检单位"], facts["问题数"], facts["已销号"]) == ("丙镇", "1", "1")
    assert facts["问题和整改"] == f"1. 活动台账不全（期限 {due}，已销号）已补齐。"


def test_inspection_create_records_findings(client, staff, unit):
    rows = [
        {"what": "台账不全", "due_on": "2026-05-01"},
        {"what": "", "due_on": ""},
        {"what": "去掉的", "due_on": "2026-05-01", "DELETE": "on"},
    ]

    response = client.post(CREATE, posted(unit, *rows), follow=True)

    inspection = Inspection.objects.get()
    assert response.redirect_chain == [(url_of("inspection_detail", inspection), 302)]
    assert told(response) == ["已登记，受检单位能看到问题和期限。"]
    assert [row.what for row in inspection.findings.all()] == ["台账不全"]


def test_inspection_create_presets_the_unit(client, staff, unit):
    shown = client.get(f"{CREATE}?unit={unit.pk}").context["form"]
    junk = client.get(f"{CREATE}?unit=x").context["form"]

    assert (shown["organisation"].value(), junk["organisation"].value()) == (str(unit.pk), None)


@pytest.mark.parametrize("total", ["1", "", "x", "99999"])
def test_inspection_create_adds_a_row_and_keeps_what_was_typed(client, staff, unit, total):
    data = posted(unit, {"what": "台账不全", "due_on": "2026-05-01"}, add_row="1")

    response = client.post(CREATE, data | {"findings-TOTAL_FORMS": total})

    assert response.context["form"]["summary"].value() == "查看台账。"
    assert response.context["shows_faults"] is False
    assert Inspection.objects.count() == 0


def test_inspection_create_answers_htmx_with_the_rows_alone(client, staff, unit):
    data = posted(unit, {"what": "台账不全", "due_on": "2026-05-01"}, add_row="1")

    response = client.post(
        CREATE, data, headers={"HX-Request": "true", "HX-Target": "finding-rows"}
    )

    page = response.content.decode()
    assert page.strip().startswith("<fieldset")
    assert page.count('name="findings-1-what"') == 1


def test_inspection_create_tells_all_that_is_wrong(client, staff, unit):
    rows = [{"what": "台账不全", "due_on": "下周"}]

    response = client.post(CREATE, posted(unit, *rows, summary="", inspected_on="昨天"))

    assert list(response.context["form"].errors) == ["inspected_on", "summary"]
    assert response.context["findings"].errors == [{"due_on": ["日期应写成 2026-03-05 的样子。"]}]


def test_inspection_create_tells_a_broken_rule_at_its_field(client, staff, unit):
    later = str(timezone.localdate() + timedelta(days=2))

    response = client.post(CREATE, posted(unit, inspected_on=later))

    assert response.context["form"].errors == {
        "inspected_on": ["检查日期还没有到，请在检查之后登记。"]
    }


def test_inspection_of_ones_own_unit_is_forbidden(client, staff):
    own = office()
    inspection = InspectionFactory(organisation=own)

    created = client.post(CREATE, posted(own))
    edited = client.post(url_of("inspection_edit", inspection), posted(own))

    assert (created.status_code, edited.status_code) == (403, 403)
    assert "不能检查自己所在的单位" in created.content.decode()


def test_inspection_edit_changes_open_findings(client, staff, unit):
    inspection = InspectionFactory(organisation=unit)
    first = FindingFactory(inspection=inspection, what="旧写法")
    second = FindingFactory(inspection=inspection)
    settled = rectified_finding(inspection=inspection)
    rows = [
        {"pk": first.pk, "what": "新写法", "due_on": "2026-05-01"},
        {"pk": second.pk, "what": second.what, "due_on": str(second.due_on), "DELETE": "on"},
    ]

    shown = client.get(url_of("inspection_edit", inspection)).context
    client.post(url_of("inspection_edit", inspection), posted(unit, *rows))

    assert [form.initial.get("pk") for form in shown["findings"]] == [first.pk, second.pk, None]
    assert shown["settled"] == [settled]
    assert set(inspection.findings.values_list("what", flat=True)) == {"新写法", settled.what}


@pytest.mark.parametrize("item_count", [1, 3])
def test_inspection_detail_needs_the_same_queries_for_any_number(
    client, staff, unit, django_assert_num_queries, item_count
):
    inspection = InspectionFactory(organisation=unit)
    for _ in range(item_count):
        checked_finding(inspection=inspection)
    client.get(url_of("inspection_detail", inspection))

    with django_assert_num_queries(12):
        response = client.get(url_of("inspection_detail", inspection))

    assert len(response.context["findings"]) == item_count


def test_inspection_detail_says_what_to_do_now(client, staff, unit, liaison):
    finding = FindingFactory(inspection__organisation=unit)
    said = {}

    def look(state):
        for name, user in (("staff", staff), ("liaison", liaison)):
            client.force_login(user)
            shown = client.get(url_of("inspection_detail", finding.inspection))
            said[name, state] = shown.context["what_now"]["text"]

    look("open")
    Finding.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    look("late")
    actions.rectify_finding(finding, rectification="已补齐", by=liaison)
    look("rectified")
    actions.check_finding(finding, by=staff)
    look("checked")
    Finding.objects.all().delete()
    look("clean")

    assert said == {
        ("staff", "open"): "等受检单位整改。",
        ("liaison", "open"): "1 个问题待整改，整改后逐条填报。",
        ("staff", "late"): "1 个问题逾期未整改。",
        ("liaison", "late"): "1 个问题待整改，其中 1 个已逾期，整改后逐条填报。",
        ("staff", "rectified"): "1 个问题已整改，等您复核。",
        ("liaison", "rectified"): "已整改，等旗创建办复核。",
        ("staff", "checked"): "问题已全部销号。",
        ("liaison", "checked"): "问题已全部销号。",
        ("staff", "clean"): "检查未发现问题。",
        ("liaison", "clean"): "检查未发现问题。",
    }


def test_inspection_detail_tells_its_history(client, staff, unit, liaison):
    facts = actions.InspectionFacts(
        date(2026, 4, 10), "", "查看台账。", [actions.FindingFacts("台账不全", date(2026, 5, 1))]
    )
    inspection = actions.record_inspection(unit, facts=facts, by=staff)
    finding = inspection.findings.get()
    actions.rectify_finding(finding, rectification="已补", by=liaison)
    actions.send_back_finding(finding, reason="附照片", by=staff)

    history = client.get(url_of("inspection_detail", inspection)).context["history"]

    assert [(row["text"], row["by"], row["detail"]) for row in history] == [
        ("退回整改：台账不全", "韩梅", "附照片"),
        ("填报整改：台账不全", "王芳", ""),
        ("登记检查", "韩梅", ""),
    ]


def test_finding_rectify(client, unit, liaison):
    finding = FindingFactory(inspection__organisation=unit)
    client.force_login(liaison)

    page = client.get(url_of("finding_rectify", finding))
    empty = client.post(url_of("finding_rectify", finding), {"rectification": ""})
    done = client.post(url_of("finding_rectify", finding), {"rectification": "已补齐"}, follow=True)

    assert page.status_code == 200
    assert empty.context["form"].errors["rectification"] == ["请写明怎么整改的。"]
    assert told(done) == ["整改情况已报，等旗创建办复核。"]
    assert Finding.objects.get().state == "rectified"


def test_finding_check_and_send_back(client, staff, unit):
    first = rectified_finding(inspection__organisation=unit, what="甲")
    second = rectified_finding(inspection__organisation=unit, what="乙")

    struck = client.post(url_of("finding_check", first), follow=True)
    page = client.get(url_of("finding_send_back", second))
    empty = client.post(url_of("finding_send_back", second), {"reason": ""})
    back = client.post(url_of("finding_send_back", second), {"reason": "附照片"}, follow=True)

    assert told(struck) == ["已销号：甲"]
    assert page.status_code == 200
    assert empty.context["form"].errors["reason"] == ["请写明还要怎么整改。"]
    assert told(back)[-1] == "已退回继续整改，受检单位会看到原因。"
    assert [row.state for row in (Finding.objects.get(pk=p.pk) for p in (first, second))] == [
        "checked",
        "open",
    ]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("staff", {"rectify": 403, "check": 302, "send_back": 302, "edit": 200, "detail": 200}),
        ("own_staff", {"rectify": 403, "check": 403, "send_back": 403, "edit": 403, "detail": 200}),
        ("director", {"rectify": 403, "check": 403, "send_back": 403, "edit": 403, "detail": 200}),
        ("leader", {"rectify": 403, "check": 403, "send_back": 403, "edit": 403, "detail": 200}),
        ("liaison", {"rectify": 302, "check": 403, "send_back": 403, "edit": 403, "detail": 200}),
        ("stranger", {"rectify": 404, "check": 403, "send_back": 403, "edit": 403, "detail": 404}),
        (
            "elsewhere",
            {"rectify": 403, "check": 404, "send_back": 404, "edit": 404, "detail": 404},
        ),
    ],
)
def test_who_does_what(client, unit, liaison, who, expected):
    users = {
        "staff": lambda: user_with(Role.OFFICE_STAFF),
        "own_staff": lambda: user_with(Role.OFFICE_STAFF, unit),
        "director": lambda: user_with(Role.OFFICE_DIRECTOR),
        "leader": lambda: user_with(Role.LEADER),
        "liaison": lambda: liaison,
        "stranger": lambda: user_with(Role.LIAISON, OrganisationFactory()),
        "elsewhere": lambda: user_with(Role.OFFICE_STAFF, OrganisationFactory()),
    }
    client.force_login(users[who]())
    facts = {"inspection__organisation": unit}

    seen = {}
    seen["rectify"] = client.post(
        url_of("finding_rectify", FindingFactory(**facts)), {"rectification": "已补"}
    ).status_code
    seen["check"] = client.post(url_of("finding_check", rectified_finding(**facts))).status_code
    seen["send_back"] = client.post(
        url_of("finding_send_back", rectified_finding(**facts)), {"reason": "再改"}
    ).status_code
    inspection = InspectionFactory(organisation=unit)
    seen["edit"] = client.get(url_of("inspection_edit", inspection)).status_code
    seen["detail"] = client.get(url_of("inspection_detail", inspection)).status_code

    assert seen == expected


def test_inspection_create_warns_of_private_phones_in_every_text(client, staff, unit):
    row = {"what": "联系 13812345678", "due_on": "2026-05-01"}
    data = posted(unit, row, summary="负责人 13812345678")

    warned = client.post(CREATE, data)
    html = warned.content.decode()
    client.post(CREATE, {**data, "keep_text": "on", "findings-0-keep_text": "on"})

    assert list(warned.context["form"].errors) == ["summary"]
    assert ('name="keep_text"' in html, 'name="findings-0-keep_text"' in html) == (True, True)
    assert Inspection.objects.get().summary == "负责人 13812345678"
