"""Another grade or difficulty after the acceptance: with a reason, until the result."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.rights import Role
from activities import actions
from activities.models import Activity
from activities.ratings import Rating, told_change
from core.errors import RuleError
from core.models import AuditRecord
from tests.factories.activities import ActivityFactory, ParticipationFactory, accepted_activity
from tests.factories.assessment import AssessmentGroupFactory, GroupMemberFactory, SchemeFactory
from tests.factories.organisations import OrganisationFactory, UserFactory, office, user_with

pytestmark = pytest.mark.django_db

FAIR = Rating("fair")
BETTER = Rating("excellent", D("1.2"))
GIVEN = {
    "quality": "excellent",
    "difficulty": "1.2",
    "reason": "复核现场材料后改评",
    "seen_quality": "fair",
    "seen_difficulty": "1",
}


@pytest.fixture
def activity():
    return accepted_activity(OrganisationFactory(), OrganisationFactory(), quality="fair")


@pytest.fixture
def reviewer():
    return user_with(Role.OFFICE_STAFF, name="韩梅")


def page_of(name, activity):
    return reverse(f"activities:{name}", args=[activity.pk])


def rating_of(activity):
    return Rating.of(Activity.objects.get(pk=activity.pk))


def changed(activity, by, rating=BETTER, reason="复核", seen=FAIR):
    return actions.change_rating(activity, rating, seen=seen, reason=reason, by=by)


def test_a_changed_rating_is_logged_as_a_decision(activity, reviewer):
    changed(activity, reviewer, reason=" 复核现场材料 ")

    record = AuditRecord.objects.get(verb="activities.change_rating")
    assert rating_of(activity) == BETTER
    assert (record.before, record.after, record.reason, record.is_decision) == (
        {"quality": "fair", "difficulty": "1.00"},
        {"quality": "excellent", "difficulty": "1.2"},
        "复核现场材料",
        True,
    )


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"reason": " "}, "reason", "请写明改评的原因，各参加单位都看得到。"),
        (
            {"rating": Rating("good", D(3))},
            "difficulty",
            "难度系数应在 0.5 至 2 之间，一般活动为 1。",
        ),
        ({"rating": Rating("fair")}, "quality", "质量等次和难度系数都没有改动。"),
        (
            {"seen": Rating("good", D("1.5"))},
            "",
            "刚有人改评过（质量等次 良好 → 一般，难度系数 1.5 → 1），没有再改动，请看过再改。",
        ),
    ],
    ids=["no reason", "out of bounds", "no change", "second"],
)
def test_a_rating_is_not_changed_without_ground(activity, reviewer, given, field, sentence):
    with pytest.raises(RuleError) as caught:
        changed(activity, reviewer, **given)

    assert (caught.value.field or "", caught.value.message) == (field, sentence)
    assert rating_of(activity) == Rating("fair")


def test_only_what_was_accepted_has_a_rating_to_change(reviewer):
    draft = ActivityFactory(status="draft")

    with pytest.raises(RuleError) as caught:
        changed(draft, reviewer, seen=Rating())

    assert caught.value.message == ("这份报送现在是“草稿”，采用以后才有质量等次和难度系数可改。")


def decided(unit, status="final", year=2026):
    given = {"approved_by": UserFactory(), "approved_at": "2027-01-20T00:00:00Z"}
    facts = given if status in ("approved", "notice", "final") else {}
    scheme = SchemeFactory(title="2026 年考核方案", year=year, status=status, **facts)
    group = AssessmentGroupFactory(scheme=scheme)
    GroupMemberFactory(group=group, organisation=unit)


def test_a_decided_result_stands_against_it(client, activity, reviewer):
    unit = activity.participations.last().organisation
    decided(unit, year=activity.starts_on.year)
    sentence = (
        f"{activity.starts_on.year} 年的考核结果已经确定（“2026 年考核方案”现在是“已定稿”），"
        "不能再改评；结果有误的，由旗创建办更正得分。"
    )
    client.force_login(reviewer)

    with pytest.raises(RuleError) as caught:
        changed(activity, reviewer)
    detail = client.get(page_of("activity_detail", activity))
    form = client.get(page_of("activity_rate", activity))

    assert caught.value.message == sentence
    assert (detail.context["rating_closed"], form.context["closed"]) == (sentence, sentence)
    assert page_of("activity_rate", activity) not in detail.content.decode()


@pytest.mark.parametrize(
    ("mine", "status", "later"),
    [(True, "scoring", 0), (True, "final", 1), (False, "final", 0)],
    ids=["not decided", "another year", "other units"],
)
def test_other_results_do_not(activity, reviewer, mine, status, later):
    unit = activity.reporter if mine else OrganisationFactory()
    decided(unit, status, activity.starts_on.year + later)

    changed(activity, reviewer)

    assert rating_of(activity) == BETTER


def test_the_page_changes_a_rating_and_shows_before_and_after(client, activity, reviewer):
    client.force_login(reviewer)

    form = client.get(page_of("activity_rate", activity)).context["form"]
    done = client.post(page_of("activity_rate", activity), GIVEN, follow=True)

    item = next(one for one in done.context["history"] if one["text"].startswith("改评"))
    assert form.initial == {
        "quality": "fair",
        "difficulty": D(1),
        "seen_quality": "fair",
        "seen_difficulty": D(1),
    }
    assert (item["text"], item["detail"], item["by"]) == (
        "改评：质量等次 一般 → 优秀，难度系数 1 → 1.2",
        "复核现场材料后改评",
        "韩梅",
    )


def test_a_refusal_keeps_what_was_typed(client, activity, reviewer):
    client.force_login(reviewer)

    same = GIVEN | {"quality": "fair", "difficulty": ""}
    refused = client.post(page_of("activity_rate", activity), same)
    empty = client.post(page_of("activity_rate", activity), GIVEN | {"reason": ""})

    assert (refused.status_code, empty.status_code) == (422, 422)
    assert refused.context["form"].errors == {"quality": ["质量等次和难度系数都没有改动。"]}
    assert list(empty.context["form"].errors) == ["reason"]
    assert AuditRecord.objects.filter(outcome="refused").count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", 302),
        ("own", 403),
        ("director", 403),
        ("leader", 403),
        ("reporter", 403),
        ("elsewhere", 404),
    ],
)
def test_who_changes_a_rating(client, activity, who, status):
    users = {
        "staff": lambda: user_with(Role.OFFICE_STAFF),
        "own": lambda: user_with(Role.OFFICE_STAFF, activity.reporter),
        "director": lambda: user_with(Role.OFFICE_DIRECTOR),
        "leader": lambda: user_with(Role.LEADER),
        "reporter": lambda: user_with(Role.LIAISON, activity.reporter),
        "elsewhere": lambda: user_with(Role.OFFICE_STAFF, OrganisationFactory()),
    }
    client.force_login(users[who]())

    response = client.post(page_of("activity_rate", activity), GIVEN)

    assert response.status_code == status
    assert rating_of(activity) == (BETTER if who == "staff" else Rating("fair"))


def test_what_waits_is_judged_by_the_review(client, reviewer):
    waiting = ActivityFactory(status="submitted", submitted_by=UserFactory())
    ParticipationFactory(activity=waiting, organisation=waiting.reporter)
    client.force_login(reviewer)

    assert client.get(page_of("activity_rate", waiting)).status_code == 403


def test_nobody_rates_what_their_own_office_took_part_in(client, activity):
    ParticipationFactory(activity=activity, organisation=office())
    client.force_login(user_with(Role.OFFICE_STAFF))

    page = client.get(page_of("activity_detail", activity))

    assert page.context["can_rate"] is False


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({"quality": "", "difficulty": "1.00"}, "质量等次 良好 → 不评"),
        ({"quality": "good", "difficulty": "0.50"}, "难度系数 1 → 0.5"),
    ],
    ids=["quality", "difficulty"],
)
def test_only_what_changed_is_told(after, words):
    assert told_change({"quality": "good", "difficulty": "1.00"}, after) == words
