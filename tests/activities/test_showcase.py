"""The library of showcase cases: written by the office, open to all."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from activities import actions
from activities.models import ShowcaseCase, ShowcaseKind, ShowcaseUnit
from core.errors import RuleError
from core.models import AuditRecord
from organisations.models.kinds import Kind
from partnerships.models import Partnership
from tests.factories.activities import ActivityFactory, ParticipationFactory, accepted_activity
from tests.factories.organisations import OrganisationFactory, UserFactory, office, user_with
from tests.factories.partnerships import pairing_of, proposed_pairing
from tests.factories.records import ShowcaseCaseFactory, case_facts, case_of, published_case

pytestmark = pytest.mark.django_db

LIST = reverse("activities:case_list")
CREATE = reverse("activities:case_create")


@pytest.fixture
def unit():
    return OrganisationFactory(short_name="甲镇", name="甲镇政府")


@pytest.fixture
def staff(client):
    user = user_with(Role.OFFICE_STAFF, name="韩梅")
    client.force_login(user)
    return user


def url_of(name, row):
    return reverse(f"activities:{name}", args=[row.pk])


def told(response):
    return [str(message) for message in response.context["messages"]]


def posted(*units, **changed):
    return {
        "title": "两村合办夜校",
        "done": "农闲时节合办夜校。",
        "how_to_copy": "先找场地，再排课。",
        "kinds": ["village", "community"],
        "organisations": [unit.pk for unit in units],
    } | changed


def test_write_case_from_an_accepted_activity(staff, unit):
    activity = accepted_activity(unit)

    case = actions.write_case(activity, facts=case_facts(unit), by=staff)

    assert (case.source, case.status, list(case.organisations.all())) == (activity, "draft", [unit])
    assert case.kind_labels == ["嘎查村", "社区"]


def test_write_case_from_a_partnership_at_work(staff, unit):
    pairing = pairing_of(unit, OrganisationFactory()).partnership_ptr

    case = actions.write_case(pairing, facts=case_facts(unit), by=staff)

    assert (case.partnership, case.activity) == (pairing, None)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda unit: ActivityFactory(reporter=unit), "活动还没有采用"),
        (lambda unit: proposed_pairing(unit, OrganisationFactory()), "还没有启动或已取消"),
    ],
    ids=["activity", "partnership"],
)
def test_write_case_refuses_what_is_not_settled(staff, unit, make, words):
    with pytest.raises(RuleError, match=words):
        actions.write_case(make(unit), facts=case_facts(unit), by=staff)

    assert ShowcaseCase.objects.count() == 0


def test_change_case_keeps_what_stays_and_records_both(staff, unit):
    case = case_of(unit, kinds=["village", "school"])
    kept = case.kinds.get(kind="village")

    actions.change_case(case, facts=case_facts(unit, title="新名称"), by=staff)

    case.refresh_from_db()
    assert (case.title, set(case.kinds.values_list("kind", flat=True))) == (
        "新名称",
        {"village", "community"},
    )
    assert case.kinds.get(kind="village") == kept
    record = AuditRecord.objects.get(verb="activities.change_case")
    assert record.before["kinds"] == ["school", "village"]


def test_a_case_is_published_and_withdrawn_once(staff, unit):
    case = case_of(unit)

    actions.publish_case(case, by=staff)
    with pytest.raises(RuleError, match="现在是“已发布”"):
        actions.publish_case(case, by=staff)
    actions.withdraw_case(case, reason=" 数字有误 ", by=staff)

    case.refresh_from_db()
    assert (case.status, case.withdraw_reason, case.published_by) == (
        "withdrawn",
        "数字有误",
        staff,
    )
    with pytest.raises(RuleError, match="已撤下，不能再改"):
        actions.change_case(case, facts=case_facts(unit), by=staff)


def test_withdraw_case_needs_a_reason(staff, unit):
    with pytest.raises(RuleError, match="写明撤下的原因"):
        actions.withdraw_case(published_case(unit), reason=" ", by=staff)


def test_only_a_draft_is_deleted(staff, unit):
    draft, published = case_of(unit), published_case(unit)

    actions.delete_case(draft, by=staff)
    with pytest.raises(RuleError, match="不能删除，只能撤下"):
        actions.delete_case(published, by=staff)

    assert list(ShowcaseCase.objects.all()) == [published]


def withdrawn_by_nobody():
    case = published_case()
    case.status, case.withdrawn_at = "withdrawn", timezone.now()
    case.save()


@pytest.mark.parametrize(
    "broken",
    [
        lambda: ShowcaseCaseFactory(activity=None),
        lambda: ShowcaseCaseFactory(status="published"),
        withdrawn_by_nobody,
        lambda: published_case(withdraw_reason="误"),
    ],
    ids=["no source", "unsigned", "withdrawn unsigned", "reason without withdrawal"],
)
def test_the_database_refuses_what_cannot_be(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        broken()


def test_a_unit_stands_in_a_case_once_and_is_kept_by_it(unit):
    case = case_of(unit, title="夜校")

    with pytest.raises(IntegrityError), transaction.atomic():
        ShowcaseUnit.objects.create(case=case, organisation=unit)
    with pytest.raises(ProtectedError):
        unit.delete()

    assert str(case.units.get()) == "甲镇 夜校"


def test_a_kind_fits_once():
    case = ShowcaseCaseFactory(title="夜校")

    with pytest.raises(IntegrityError), transaction.atomic():
        ShowcaseKind.objects.create(case=case, kind="township")

    assert (str(case), str(case.kinds.get())) == ("夜校", "苏木乡镇")


@pytest.mark.parametrize("item_count", [1, 3])
def test_case_list_needs_the_same_queries_for_any_number(
    client, staff, django_assert_num_queries, item_count
):
    for _ in range(item_count):
        published_case(*OrganisationFactory.create_batch(2))
    client.get(LIST)

    with django_assert_num_queries(10):
        response = client.get(LIST)

    assert response.context["page"].paginator.count == item_count


@pytest.mark.parametrize("role", Role.values)
def test_case_list_is_open_to_all_and_shows_others_what_is_published(client, unit, role):
    shown = published_case(unit)
    case_of(unit)
    client.force_login(user_with(role))

    rows = list(client.get(LIST).context["page"])

    assert (shown in rows, len(rows)) == (True, 2 if role == Role.OFFICE_STAFF else 1)
    assert client.get(url_of("case_detail", shown)).status_code == 200


def test_a_scorer_finds_the_library_in_the_menu_and_a_liaison_in_a_tab(client, unit):
    client.force_login(user_with(Role.SCORER))
    scorer = client.get(LIST).context
    client.force_login(user_with(Role.LIAISON, unit))
    liaison = client.get(LIST).context

    def current(context):
        return [str(entry["label"]) for entry in context["navigation"] if entry["is_current"]]

    assert (current(scorer), scorer["tabs"]) == (["典型案例"], [])
    assert current(liaison) == ["活动报送"]
    assert [tab["label"] for tab in liaison["tabs"] if tab["is_current"]] == ["典型案例"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["义诊", "夜校"]),
        ("q=夜校", ["夜校"]),
        ("q=药箱", ["义诊"]),
        ("q=排课", ["夜校"]),
        ("q=jz", ["夜校"]),
        ("q=夜校 药箱", []),
        ("kind=school", ["义诊"]),
        ("status=draft", []),
        ("year=2023", []),
        ("kind=x", ["义诊", "夜校"]),
    ],
)
def test_case_list_filters(client, staff, unit, query, expected):
    published_case(unit, title="夜校", kinds=["village"])
    published_case(
        OrganisationFactory(), title="义诊", done="带药箱进村。", how_to_copy="先问。",
        kinds=["school"],
    )  # fmt: skip

    response = client.get(f"{LIST}?{query}")

    assert [case.title for case in response.context["page"]] == expected


def test_case_list_that_is_empty_says_why(client):
    client.force_login(UserFactory())

    assert "还没有典型案例" in client.get(LIST).text
    assert "没有符合条件的案例" in client.get(LIST, {"q": "无"}).text


def test_activity_detail_offers_the_office_to_write_a_case(client, staff, unit):
    activity = accepted_activity(unit)
    link = f"{CREATE}?activity={activity.pk}"

    for_office = client.get(url_of("activity_detail", activity)).text
    client.force_login(user_with(Role.LIAISON, unit))
    for_unit = client.get(url_of("activity_detail", activity)).text

    assert (link in for_office, link in for_unit) == (True, False)


def test_partnership_detail_offers_the_office_to_write_a_case(client, staff, unit):
    pairing = pairing_of(unit, OrganisationFactory())
    asked = proposed_pairing(unit, OrganisationFactory())

    pages = [
        client.get(reverse("partnerships:partnership_detail", args=[row.pk])).text
        for row in (pairing, asked)
    ]

    assert [f"{CREATE}?partnership=" in page for page in pages] == [True, False]


def test_case_create_fills_in_what_is_known(client, staff, unit):
    activity = accepted_activity(unit, title="联办夜校", summary="办了夜校。", outcome="识字。")
    ParticipationFactory(activity=activity, confirmation="absent")

    form = client.get(CREATE, {"activity": activity.pk}).context["form"]

    assert form.initial == {
        "title": "联办夜校",
        "done": "办了夜校。\n识字。",
        "organisations": [unit.pk],
        "kinds": [Kind.TOWNSHIP],
    }


def test_case_create_from_a_partnership_names_its_members(client, staff, unit):
    other = OrganisationFactory()
    pairing = pairing_of(unit, other)

    shown = client.get(CREATE, {"partnership": pairing.pk}).context["form"]
    response = client.post(f"{CREATE}?partnership={pairing.pk}", posted(unit, other))

    case = ShowcaseCase.objects.get()
    assert sorted(shown.initial["organisations"]) == sorted([unit.pk, other.pk])
    assert (case.partnership_id, response.url) == (pairing.pk, url_of("case_detail", case))


@pytest.mark.parametrize("query", ["", "?activity=abc", "?activity=987654", "?partnership=9"])
def test_case_create_without_its_source_is_not_found(client, staff, query):
    assert client.get(f"{CREATE}{query}").status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kinds": []}, "kinds"),
        ({"organisations": []}, "organisations"),
        ({"done": "电话 13812345678"}, "done"),
    ],
    ids=["no kind", "no unit", "phone"],
)
def test_case_create_tells_what_is_missing(client, staff, unit, changed, field):
    activity = accepted_activity(unit)

    response = client.post(f"{CREATE}?activity={activity.pk}", posted(unit, **changed))

    assert list(response.context["form"].errors) == [field]


def test_case_create_shows_the_refusal_in_the_form(client, staff, unit):
    activity = ActivityFactory(reporter=unit)
    ParticipationFactory(activity=activity, organisation=unit, is_host=True)

    response = client.post(f"{CREATE}?activity={activity.pk}", posted(unit))

    assert "还没有采用" in response.context["form"].non_field_errors()[0]


def test_the_way_of_a_case_through_its_pages(client, staff, unit):
    case = case_of(unit)

    draft = client.get(url_of("case_detail", case)).context
    client.post(url_of("case_edit", case), posted(unit, title="改过的"))
    published = client.post(url_of("case_publish", case), follow=True)
    asked = client.get(url_of("case_withdraw", case))
    refused = client.post(url_of("case_withdraw", case), {"reason": ""})
    withdrawn = client.post(url_of("case_withdraw", case), {"reason": "过时"}, follow=True)

    assert (draft["can_publish"], draft["can_delete"], draft["can_withdraw"]) == (True, True, False)
    assert told(published)[-1] == "已发布，所有用户都能看到。"
    assert published.context["what_now"] == {}
    assert asked.status_code == 200
    assert list(refused.context["form"].errors) == ["reason"]
    assert withdrawn.context["what_now"]["text"] == "已撤下：过时"
    assert not withdrawn.context["can_edit"]
    assert [item["text"] for item in withdrawn.context["history"]] == ["撤下", "发布", "修改"]


def test_case_edit_begins_with_what_was_written(client, staff, unit):
    case = case_of(unit, kinds=["village"])

    form = client.get(url_of("case_edit", case)).context["form"]

    assert (form.initial["organisations"], form.initial["kinds"]) == ([unit.pk], ["village"])


def test_case_delete_asks_once(client, staff, unit):
    case = case_of(unit)

    asked = client.get(url_of("case_delete", case))
    response = client.post(url_of("case_delete", case))

    assert (asked.status_code, response.url) == (200, LIST)
    assert ShowcaseCase.objects.count() == 0


def test_case_delete_of_what_is_published_says_why_not(client, staff, unit):
    case = published_case(unit)

    response = client.post(url_of("case_delete", case), follow=True)

    assert told(response) == ["案例已发布过，不能删除，只能撤下。"]


def test_nobody_publishes_the_praise_of_their_own_unit(client, staff):
    case = case_of(office())

    shown = client.get(url_of("case_detail", case)).context
    response = client.post(url_of("case_publish", case))

    assert shown["what_now"]["text"].startswith("涉及您所在的单位")
    assert (response.status_code, ShowcaseCase.objects.published().count()) == (403, 0)


def test_drafts_are_not_found_by_others(client, unit):
    client.force_login(user_with(Role.LIAISON, unit))

    assert client.get(url_of("case_detail", case_of(unit))).status_code == 404


def test_the_source_is_a_link_for_who_may_open_it(client, unit):
    case = published_case(unit, activity=accepted_activity(unit))
    joint = published_case(
        unit, activity=None, partnership=Partnership.objects.get(pk=pairing_of(unit).pk)
    )
    member, stranger = user_with(Role.LIAISON, unit), user_with(Role.SCORER)

    urls = []
    for user in (member, stranger):
        client.force_login(user)
        urls += [
            client.get(url_of("case_detail", row)).context["source_url"] for row in (case, joint)
        ]

    partnership = reverse("partnerships:partnership_detail", args=[joint.partnership_id])
    assert urls == [url_of("activity_detail", case.activity), partnership, "", ""]
