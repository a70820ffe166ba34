"""Bookings: asked for, answered, taken back; who may, and what is said."""

import pytest
from django.urls import reverse

from accounts.rights import Role
from core.models import AuditRecord
from organisations.models import Booking
from organisations.models.kinds import Kind
from organisations.models.period import Part, span
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    office,
    user_with,
)
from tests.factories.resources import BookingFactory, ResourceFactory, in_days

pytestmark = pytest.mark.django_db

LIST = reverse("organisations:booking_list")
Status = Booking.Status


def create(resource):
    return reverse("organisations:booking_create", args=[resource.pk])


def deed(name, booking):
    return reverse(f"organisations:booking_{name}", args=[booking.pk])


def posted(unit, **changes):
    return {
        "organisation": unit.pk,
        "first_day": str(in_days(2)),
        "part": "day",
        "purpose": "举办联创共建宣讲",
    } | changes


def said(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("item_count", [1, 3])
def test_booking_list_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    for _number in range(item_count):
        BookingFactory(agreed=True)
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(LIST)

    with django_assert_num_queries(10):
        response = client.get(LIST)

    assert len(response.context["rows"]) == item_count


def test_booking_list_shows_each_side_its_own(client):
    owner, asker = OrganisationFactory(), OrganisationFactory()
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=asker)
    resource = ResourceFactory(organisation=owner)
    BookingFactory(resource=resource, organisation=asker, purpose="甲")
    BookingFactory(resource=resource, organisation=village, purpose="乙", agreed=True)
    BookingFactory(resource=resource, purpose="丙", day=in_days(-2))
    BookingFactory(purpose="丁")
    users = {
        "owner": user_with(Role.LIAISON, owner),
        "asker": user_with(Role.LIAISON, asker),
        "office": user_with(Role.OFFICE_STAFF),
        "leader": user_with(Role.LEADER),
    }

    seen = {}
    for name, user in users.items():
        client.force_login(user)
        for side in ("", "answer", "received", "sent"):
            rows = client.get(LIST, {"side": side}).context["page"]
            seen[name, side] = "".join(sorted(row.purpose for row in rows))

    every = "丁丙乙甲"
    assert seen == {
        ("owner", ""): "丙乙甲",
        ("owner", "answer"): "甲",
        ("owner", "received"): "丙乙甲",
        ("owner", "sent"): "",
        ("asker", ""): "乙甲",
        ("asker", "answer"): "",
        ("asker", "received"): "",
        ("asker", "sent"): "乙甲",
        ("office", ""): every,
        # nobody answers for the owner of 丁
        ("office", "answer"): "丁",
        ("office", "received"): "",
        ("office", "sent"): "",
        ("leader", ""): every,
        ("leader", "answer"): "",
        ("leader", "received"): "",
        ("leader", "sent"): "",
    }


def test_booking_list_is_narrowed(client):
    hall = ResourceFactory(name="镇礼堂")
    BookingFactory(resource=hall, day=in_days(3), organisation__short_name="八仙筒镇")
    BookingFactory(day=in_days(6), agreed=True)
    client.force_login(user_with(Role.OFFICE_STAFF))

    found = {
        str(query): client.get(LIST, query).context["page"].paginator.count
        for query in (
            {"status": "agreed"},
            {"q": "礼堂"},
            {"q": "八仙筒"},
            {"since": in_days(4)},
            {"until": in_days(3)},
            {"resource": hall.pk},
            {"since": in_days(4), "until": in_days(5)},
        )
    }

    assert list(found.values()) == [1, 1, 1, 1, 1, 1, 0]


def test_booking_list_says_why_it_is_empty(client):
    client.force_login(user_with(Role.LEADER))

    assert "还没有预约" in client.get(LIST).content.decode()
    assert "没有符合条件的预约" in client.get(LIST, {"status": "agreed"}).content.decode()


def test_booking_export_holds_what_the_list_shows(client):
    BookingFactory(purpose="结对联席会", organisation__short_name="八仙筒镇")
    client.force_login(user_with(Role.OFFICE_STAFF))

    text = client.get(reverse("organisations:booking_export", args=["csv"])).content.decode()

    assert ("结对联席会" in text, f"{in_days(2)} 全天" in text) == (True, True)


def deeds_of(client, user, booking):
    client.force_login(user)
    ((_row, deeds),) = client.get(LIST).context["rows"]
    return {name for name, may in deeds.items() if may}


@pytest.mark.parametrize(
    ("who", "facts", "deeds"),
    [
        ("owner", {}, {"agree", "decline"}),
        ("owner", {"agreed": True}, {"revoke"}),
        ("owner", {"agreed": True, "day": in_days(-1)}, set()),
        ("asker", {}, {"cancel"}),
        ("asker", {"agreed": True}, {"cancel"}),
        ("office", {}, set()),
        ("leader", {}, set()),
    ],
)
def test_booking_list_offers_what_each_may_do(client, who, facts, deeds):
    booking = BookingFactory(**facts)
    users = {
        "owner": user_with(Role.LIAISON, booking.resource.organisation),
        "asker": user_with(Role.LIAISON, booking.organisation),
        "office": user_with(Role.OFFICE_STAFF),
        "leader": user_with(Role.LEADER),
    }

    assert deeds_of(client, users[who], booking) == deeds


def test_booking_list_lets_the_office_write_down_what_it_was_told(client):
    booking = BookingFactory()

    assert deeds_of(client, user_with(Role.OFFICE_STAFF), booking) == {"record", "decline"}


def test_booking_list_offers_to_cancel_one_s_own_use(client):
    resource = ResourceFactory()
    booking = BookingFactory(resource=resource, organisation=resource.organisation, agreed=True)

    user = user_with(Role.LIAISON, resource.organisation)

    assert deeds_of(client, user, booking) == {"cancel"}


@pytest.mark.parametrize(
    ("name", "who", "agreed", "status"),
    [
        ("agree", "owner", False, 302),
        ("agree", "asker", False, 403),
        ("agree", "office", False, 403),
        ("agree", "stranger", False, 404),
        ("agree", "leader", False, 403),
        ("decline", "owner", False, 302),
        ("decline", "asker", False, 403),
        ("decline", "stranger", False, 404),
        ("cancel", "asker", True, 302),
        ("cancel", "owner", True, 403),
        ("cancel", "office", True, 403),
        ("cancel", "stranger", True, 404),
        ("revoke", "owner", True, 302),
        ("revoke", "asker", True, 403),
        ("revoke", "stranger", True, 404),
    ],
)
def test_each_deed_is_for_its_side_alone(client, name, who, agreed, status):
    booking = BookingFactory(agreed=agreed)
    before = booking.status
    users = {
        "owner": user_with(Role.LIAISON, booking.resource.organisation),
        "asker": user_with(Role.LIAISON, booking.organisation),
        "stranger": user_with(Role.LIAISON, OrganisationFactory()),
        "office": user_with(Role.OFFICE_STAFF),
        "leader": user_with(Role.LEADER),
    }
    client.force_login(users[who])

    response = client.post(deed(name, booking), {"reason": "当天有会"})

    booking.refresh_from_db()
    assert response.status_code == status
    assert (booking.status != before) == (status == 302)


@pytest.mark.parametrize(
    ("name", "agreed", "question"),
    [
        ("agree", False, "同意新镇在 {period} 使用“礼堂”？"),
        ("decline", False, "谢绝新镇在 {period} 使用“礼堂”？"),
        ("revoke", True, "撤回同意，不让新镇在 {period} 使用“礼堂”？"),
    ],
)
def test_the_owner_is_asked_once(client, name, agreed, question):
    booking = BookingFactory(agreed=agreed, resource__name="礼堂", organisation__short_name="新镇")
    client.force_login(user_with(Role.LIAISON, booking.resource.organisation))

    html = client.get(deed(name, booking)).content.decode()

    assert question.format(period=booking.period) in html


def test_booking_cancel_asks_first(client):
    booking = BookingFactory()
    client.force_login(user_with(Role.LIAISON, booking.organisation))

    assert "取消后这个时段让给别的单位" in client.get(deed("cancel", booking)).content.decode()


@pytest.mark.parametrize("name", ["decline", "revoke"])
def test_a_no_without_a_reason_is_not_taken(client, name):
    booking = BookingFactory(agreed=name == "revoke")
    client.force_login(user_with(Role.LIAISON, booking.resource.organisation))

    response = client.post(deed(name, booking))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]


def test_booking_decline_tells_who_was_quicker(client):
    booking = BookingFactory(agreed=True)
    client.force_login(user_with(Role.LIAISON, booking.resource.organisation))

    response = client.post(deed("decline", booking), {"reason": "当天有会"})

    assert response.status_code == 422
    assert AuditRecord.objects.filter(outcome="refused").count() == 1


def test_booking_agree_with_one_click_leads_back(client):
    booking = BookingFactory(organisation__short_name="新镇")
    client.force_login(user_with(Role.LIAISON, booking.resource.organisation))

    response = client.post(deed("agree", booking), {"next": f"{LIST}?side=answer"}, follow=True)

    assert response.redirect_chain == [(f"{LIST}?side=answer", 302)]
    assert said(response) == ["已同意新镇使用，对方首页会看到。"]


def test_booking_agree_twice_says_so(client):
    booking = BookingFactory()
    user = user_with(Role.LIAISON, booking.resource.organisation)
    client.force_login(user)
    client.post(deed("agree", booking))

    response = client.post(deed("agree", booking), follow=True)

    assert "办理为“已同意”，没有改动。" in said(response)[-1]
    assert AuditRecord.objects.filter(verb="organisations.agree_booking").count() == 2


@pytest.mark.parametrize("where", ["county", "outside"])
def test_the_office_writes_down_the_answer_of_who_has_no_account(client, where):
    far = RegionFactory(code="150421100000")
    unit = {
        "county": OrganisationFactory(),
        "outside": OrganisationFactory(region=far, is_external=True),
    }[where]
    booking = BookingFactory(resource__organisation=unit)
    client.force_login(user_with(Role.OFFICE_STAFF))

    asked = client.get(deed("agree", booking)).content.decode()
    missing = client.post(deed("agree", booking))
    client.post(deed("agree", booking), {"told_by": "该单位办公室电话告知"})

    booking.refresh_from_db()
    assert "没有平台账号，由旗创建办按其告知的意见登记" in asked
    assert list(missing.context["form"].errors) == ["told_by"]
    assert (booking.status, booking.answer_note) == (Status.AGREED, "该单位办公室电话告知")


def test_the_township_answers_for_its_village(client):
    town = OrganisationFactory()
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=town)
    booking = BookingFactory(resource__organisation=village)
    user_with(Role.OFFICE_STAFF)
    client.force_login(user_with(Role.LIAISON, town))

    client.post(deed("agree", booking))

    booking.refresh_from_db()
    assert booking.status == Status.AGREED
    assert not Booking.objects.answerable_by(user_with(Role.OFFICE_STAFF)).exists()


def test_the_office_answers_for_what_it_shares_itself(client):
    booking = BookingFactory(resource__organisation=office())
    client.force_login(user_with(Role.OFFICE_STAFF))

    client.post(deed("agree", booking))

    booking.refresh_from_db()
    assert booking.status == Status.AGREED


def test_booking_create_asks_the_owner(client):
    unit, resource = OrganisationFactory(), ResourceFactory(organisation__short_name="新镇")
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.post(
        create(resource), posted(unit, people_count="40", part="morning"), follow=True
    )

    booking = Booking.objects.get()
    assert (booking.starts_at, booking.ends_at) == span(in_days(2), Part.MORNING)
    assert (booking.organisation, booking.people_count) == (unit, 40)
    assert said(response) == ["已预约，请等新镇答复。"]


def test_booking_create_for_several_days(client):
    unit, resource = OrganisationFactory(), ResourceFactory()
    client.force_login(user_with(Role.LIAISON, unit))

    client.post(create(resource), posted(unit, last_day=str(in_days(4))))

    booking = Booking.objects.get()
    assert (booking.starts_at, booking.ends_at) == span(in_days(2), Part.DAY, in_days(4))


def test_booking_create_of_one_s_own_is_settled_at_once(client):
    resource = ResourceFactory()
    client.force_login(user_with(Role.LIAISON, resource.organisation))

    response = client.post(create(resource), posted(resource.organisation), follow=True)

    assert said(response) == ["已登记本单位自用，别的单位不能再预约这个时段。"]
    assert Booking.objects.get().status == Status.AGREED


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"first_day": str(in_days(-1))}, "first_day", "日期已过，请另选。"),
        ({"first_day": str(in_days(400))}, "first_day", "最多提前一年预约，请核对日期。"),
        ({"last_day": str(in_days(1))}, "last_day", "结束早于开始，请核对日期。"),
        ({"last_day": str(in_days(40))}, "last_day", "一次最多预约 31 天，请分开预约。"),
        (
            {"last_day": str(in_days(3)), "part": "morning"},
            "part",
            "连用几天按全天计，请选全天；只用半天请分开预约。",
        ),
    ],
)
def test_booking_create_says_what_is_wrong_with_the_days(client, changes, field, sentence):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.post(create(ResourceFactory()), posted(unit, **changes))

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [sentence]}


def test_booking_create_for_another_unit_is_refused(client):
    client.force_login(user_with(Role.LIAISON, OrganisationFactory()))

    response = client.post(create(ResourceFactory()), posted(OrganisationFactory()))

    assert list(response.context["form"].errors) == ["organisation"]


def test_booking_create_tells_what_is_promised(client):
    unit, held = OrganisationFactory(), BookingFactory(agreed=True)
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.post(create(held.resource), posted(unit))

    assert list(response.context["form"].errors) == ["first_day"]
    assert list(response.context["conflicts"]) == [held]


def test_booking_create_shows_what_is_in_the_way_before_sending(client):
    held = BookingFactory(part=Part.MORNING)
    client.force_login(user_with(Role.LIAISON, OrganisationFactory()))
    day = str(in_days(2))

    told = [
        client.get(create(held.resource), query).content.decode()
        for query in (
            {},
            {"first_day": day, "part": "afternoon"},
            {"first_day": day, "part": "day"},
            {"first_day": "abc", "part": "day"},
        )
    ]

    words = ("这段时间已有", "这段时间没有别的预约")
    assert [tuple(word in html for word in words) for html in told] == [
        (False, False),
        (False, True),
        (True, False),
        (False, False),
    ]


def test_booking_create_begins_with_the_day_that_was_clicked(client):
    unit, resource = OrganisationFactory(), ResourceFactory()
    client.force_login(user_with(Role.LIAISON, unit))

    form = client.get(create(resource), {"first_day": str(in_days(5)), "part": "evening"}).context[
        "form"
    ]

    assert (form["first_day"].value(), form["part"].value()) == (in_days(5), "evening")
    assert form["organisation"].value() == unit.pk


def test_booking_create_answers_htmx_with_the_conflicts_alone(client):
    resource = ResourceFactory()
    client.force_login(user_with(Role.LIAISON, OrganisationFactory()))

    html = client.get(
        create(resource),
        {"first_day": str(in_days(2)), "part": "day"},
        headers={"HX-Request": "true", "HX-Target": "booking-conflicts"},
    ).content.decode()

    assert html.lstrip().startswith('<div id="booking-conflicts"')
