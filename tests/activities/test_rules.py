"""What a report must be before it is sent."""

from datetime import date

import pytest

from activities.rules import Report, faults_of, period_of
from partnerships.models import ContentKind, Partnership
from tests.factories.organisations import OrganisationFactory
from tests.factories.partnerships import MemberFactory, PairingFactory, pairing_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 20)


def report(**changed):
    """A whole report of one unit with another."""
    reporter = changed.pop("reporter", None) or OrganisationFactory(short_name="甲镇")
    facts = {
        "title": "联办文艺汇演",
        "starts_on": date(2026, 5, 18),
        "ends_on": None,
        "summary": "同台演出。",
        "reporter": reporter,
        "host": reporter,
        "joint_units": (OrganisationFactory(short_name="乙镇"),),
        "partnerships": (),
        "content_kinds": tuple(ContentKind.objects.filter(form="pairing")[:1]),
    }
    return Report(**facts | changed)


def told(found):
    return [(fault.field, fault.message) for fault in found]


def test_whole_report_has_no_fault():
    assert faults_of(report(), today=TODAY) == []


def test_everything_missing_is_told_at_once():
    empty = report(
        title="", starts_on=None, host=None, joint_units=(), content_kinds=(), summary=""
    )

    fields = [fault.field for fault in faults_of(empty, today=TODAY)]

    assert fields == ["title", "starts_on", "host", "joint_units", "content_kinds", "summary"]


def test_partnership_stands_in_for_joint_units():
    reporter = OrganisationFactory()
    pairing = pairing_of(reporter, OrganisationFactory(), starts_on=date(2026, 1, 1))
    whole = report(reporter=reporter, joint_units=(), partnerships=(pairing,))

    assert faults_of(whole, today=TODAY) == []


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (
            date(2026, 5, 21),
            None,
            [("starts_on", "2026年5月21日还没有到，活动开始后再报送；现在可先存草稿。")],
        ),
        (
            date(2023, 4, 26),
            None,
            [("starts_on", "“联创共建”行动自2023年4月27日起实施，请核对开始日期。")],
        ),
        (
            date(2026, 5, 18),
            date(2026, 5, 17),
            [("ends_on", "早于开始日期，请核对两个日期；一天办完的不用填结束日期。")],
        ),
        (
            date(2026, 5, 18),
            date(2026, 5, 21),
            [("ends_on", "活动到2026年5月21日才结束，请在结束后报送。")],
        ),
        (date(2026, 5, 20), date(2026, 5, 20), []),
        (date(2026, 5, 20), None, []),
    ],
)
def test_dates(starts_on, ends_on, expected):
    found = faults_of(report(starts_on=starts_on, ends_on=ends_on), today=TODAY)

    assert told(found) == expected


def test_end_of_a_report_to_come_is_not_told_twice():
    later = report(starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 2))

    assert [fault.field for fault in faults_of(later, today=TODAY)] == ["starts_on"]


def test_host_is_not_its_own_partner():
    unit = OrganisationFactory(short_name="甲镇")
    twice = report(reporter=unit, joint_units=(unit,))

    assert told(faults_of(twice, today=TODAY)) == [
        ("joint_units", "“甲镇”已是主办单位，不必再列为参加单位，请移除。")
    ]


def test_reporter_must_take_part():
    other = OrganisationFactory(short_name="丙镇")
    absent = report(host=other)

    assert told(faults_of(absent, today=TODAY)) == [
        (
            "joint_units",
            "报送单位“甲镇”没有参加这次活动：请把它加进参加单位，或由参加的单位报送。",
        )
    ]


@pytest.mark.parametrize(
    ("dates", "sentence"),
    [
        ({"valid_until": date(2026, 5, 1)}, "“旧站”已于2026年5月1日停用"),
        ({"valid_from": date(2026, 5, 19)}, "“旧站”在2026年5月19日才启用"),
    ],
)
def test_unit_not_in_force_on_the_day_is_refused(dates, sentence):
    gone = OrganisationFactory(short_name="旧站", **dates)

    as_partner = faults_of(report(joint_units=(gone,)), today=TODAY)
    as_host = faults_of(report(reporter=gone), today=TODAY)

    message = f"{sentence}，活动当天不在册，请改选承接其工作的单位或核对日期。"
    assert told(as_partner) == [("joint_units", message)]
    assert told(as_host) == [("host", message)]


def test_reporter_must_have_agreed_to_the_partnership():
    reporter = OrganisationFactory(short_name="甲镇")
    asked = PairingFactory(name="结对", starts_on=date(2026, 1, 1))
    MemberFactory(
        partnership=asked,
        organisation=reporter,
        consent="pending",
        consent_at=None,
        consent_by=None,
    )

    found = faults_of(report(reporter=reporter, partnerships=(asked,)), today=TODAY)

    assert told(found) == [
        ("partnerships", "“甲镇”不是“结对”的成员或尚未同意加入，请取消这个项目。")
    ]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Partnership.Status.ACTIVE, []),
        (Partnership.Status.CONCLUDED, []),
        (
            Partnership.Status.PROPOSED,
            ["“结对”目前是“意向”，实施中的项目才能报送活动，请取消这个项目。"],
        ),
        (
            Partnership.Status.CANCELLED,
            ["“结对”目前是“已取消”，实施中的项目才能报送活动，请取消这个项目。"],
        ),
    ],
)
def test_partnership_must_be_running(status, expected):
    reporter = OrganisationFactory()
    pairing = pairing_of(
        reporter, name="结对", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
    )
    pairing.status = status

    found = faults_of(report(reporter=reporter, partnerships=(pairing,)), today=TODAY)

    assert [fault.message for fault in found] == expected


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "period"),
    [
        (date(2026, 5, 19), None, "2026年5月19日起"),
        (date(2026, 1, 1), date(2026, 5, 17), "2026年1月1日至2026年5月17日"),
    ],
)
def test_activity_must_lie_in_the_partnerships_period(starts_on, ends_on, period):
    reporter = OrganisationFactory()
    pairing = pairing_of(reporter, name="结对", starts_on=starts_on, ends_on=ends_on)

    found = faults_of(report(reporter=reporter, partnerships=(pairing,)), today=TODAY)

    assert period_of(pairing) == period
    assert told(found) == [
        (
            "partnerships",
            f"活动日期不在“结对”的实施期内（{period}），请核对日期或取消这个项目。",
        )
    ]


def test_partnership_of_an_undated_draft_is_not_dated():
    reporter = OrganisationFactory()
    pairing = pairing_of(reporter, starts_on=date(2026, 5, 19))

    found = faults_of(
        report(reporter=reporter, partnerships=(pairing,), starts_on=None), today=TODAY
    )

    assert [fault.field for fault in found] == ["starts_on"]
