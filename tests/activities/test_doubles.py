"""Reports that may be one and the same event."""

from datetime import date, timedelta

import pytest

from activities.models import Activity, likely_doubles
from activities.models.doubles import are_alike
from tests.factories.activities import ActivityFactory, AttachmentFactory, ParticipationFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 5, 20)


def report_of(*units, **facts):
    activity = ActivityFactory(starts_on=DAY, **facts)
    for place, unit in enumerate(units):
        ParticipationFactory(activity=activity, organisation=unit, is_host=not place)
    return activity


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("端午节文艺联欢", "端午节文艺联欢活动", True),
        ("“石榴籽”进嘎查（第2期）", "石榴籽进嘎查 第３期", True),
        ("普法宣讲进社区", "那达慕大会", False),
        ("", "那达慕大会", False),
        ("2026", "2026", False),
    ],
)
def test_titles_alike(one, other, alike):
    assert are_alike(one, other) is alike


@pytest.mark.parametrize(
    ("days", "facts", "expected"),
    [
        (0, {"place": "文化 广场"}, ["时间、单位、地点相同"]),
        (0, {"place": "八仙筒镇文化广场"}, ["时间、单位、地点相同"]),
        (0, {"place": "广场"}, []),
        (1, {"place": "别处", "title": "文艺汇演活动"}, ["时间、单位相同，名称相近"]),
        (-1, {"place": "", "title": "文艺汇演"}, ["时间、单位相同，名称相近"]),
        (2, {"place": "文化广场", "title": "文艺汇演"}, []),
        (0, {"place": "别处", "title": "普法宣讲"}, []),
        (0, {"status": Activity.Status.DRAFT}, []),
    ],
)
def test_same_units_about_the_same_day(days, facts, expected):
    unit = OrganisationFactory()
    known = {"title": "普法宣讲", "place": "文化广场", **facts}
    other = report_of(unit, OrganisationFactory(), **known)
    Activity.objects.filter(pk=other.pk).update(starts_on=DAY + timedelta(days=days))
    mine = report_of(unit, title="文艺汇演", place="文化广场")

    assert [double.reason for double in likely_doubles(mine)] == expected


def test_other_units_are_no_double():
    report_of(OrganisationFactory(), title="文艺汇演")

    assert likely_doubles(report_of(OrganisationFactory(), title="文艺汇演")) == []


def test_same_file_is_a_double_whatever_the_day():
    other = report_of(OrganisationFactory())
    Activity.objects.filter(pk=other.pk).update(starts_on=date(2026, 1, 1))
    mine = report_of(OrganisationFactory())
    AttachmentFactory(activity=other, sha256="a" * 64)
    AttachmentFactory(activity=mine, sha256="a" * 64)

    found = likely_doubles(mine)

    assert [(row.activity, row.reason) for row in found] == [(other, "用了同一个附件")]


def test_denied_double_is_marked():
    unit = OrganisationFactory()
    other, mine = report_of(unit), report_of(unit)
    mine.distinct_from.add(other)

    assert [(row.activity, row.is_denied) for row in likely_doubles(mine)] == [(other, True)]


def test_undated_draft_has_no_double_by_date():
    unit = OrganisationFactory()
    report_of(unit)
    mine = ActivityFactory(status=Activity.Status.DRAFT, starts_on=None)
    ParticipationFactory(activity=mine, organisation=unit)

    assert likely_doubles(mine) == []
