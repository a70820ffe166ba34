"""The office sees how far the marks are, asks for a day, and reminds."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from assessment import actions
from assessment.judging import office_progress
from assessment.models import MarkReminder
from core.errors import RuleError
from tests.assessment.marking import judge_of, leaf_of, marked_scheme, type_in, units_of
from tests.factories.assessment import approved
from tests.factories.organisations import OrganisationFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme():
    return marked_scheme()


@pytest.fixture
def leaf(scheme):
    return scheme.indicators.get()


@pytest.fixture
def staff(client):
    staff = user_with(Role.OFFICE_STAFF)
    client.force_login(staff)
    return staff


def address(scheme, name="marking_detail"):
    return reverse(f"assessment:{name}", args=[scheme.pk])


def all_marked(scheme, leaf):
    judge = judge_of(leaf)
    for unit in units_of(scheme):
        type_in(leaf, unit, "15", by=judge)


@pytest.mark.parametrize("item_count", [1, 3])
def test_marking_detail_takes_a_fixed_number_of_queries(
    client, staff, item_count, django_assert_num_queries
):
    scheme = marked_scheme(units=item_count, leaves=item_count)
    for number in range(item_count):
        leaf_of(scheme, OrganisationFactory(), code=f"E{number}", order=9)

    with django_assert_num_queries(13):
        response = client.get(address(scheme))

    assert len(response.context["parts"]) == 1 + item_count


def test_marking_detail_tells_no_values_and_no_persons(client, scheme, leaf, staff):
    leaf.params = {"评委数": "2"}
    leaf.save()
    judge = judge_of(leaf)
    type_in(leaf, units_of(scheme)[0], "17.5", by=judge)

    text = client.get(address(scheme)).text

    assert "1 / 4 处" in text
    assert "17.5" not in text
    assert judge.name not in text


def test_marking_detail_has_a_text_ready_to_paste(client, scheme, leaf, staff):
    scheme.marks_due_on = timezone.localdate() + timedelta(days=3)
    scheme.save()

    text = client.get(address(scheme)).context["reminder_text"]

    head, line = text.splitlines()
    assert head == (
        f"请以下部门登录“联创共建”平台完成“{scheme}”人工评分（{scheme.marks_due_on} 前）："
    )
    assert line == "旗委宣传部：还差 2 处（D1 实效 2）"


def test_marking_detail_of_others_has_no_deeds(client, scheme):
    client.force_login(user_with(Role.LEADER))

    response = client.get(address(scheme))

    assert (response.context["can_ask"], response.context["reminder_text"]) == (False, "")


def test_marking_detail_says_when_all_is_done_or_nothing_to_do(client, scheme, leaf, staff):
    all_marked(scheme, leaf)
    done = client.get(address(scheme)).text
    leaf.marks.all().delete()
    leaf.delete()

    assert "各部门都已评完" in done
    assert "没有人工评分的指标" in client.get(address(scheme)).text


def test_marking_due_is_kept_and_cleared(client, scheme, staff):
    day = timezone.localdate() + timedelta(days=5)

    client.post(address(scheme, "marking_due"), {"due_on": day.isoformat()})
    scheme.refresh_from_db()
    kept = scheme.marks_due_on
    client.post(address(scheme, "marking_due"), {"due_on": ""})

    scheme.refresh_from_db()
    assert (kept, scheme.marks_due_on) == (day, None)


@pytest.mark.parametrize(
    ("typed", "sentence"), [("2020-01-01", "评分截止不能早于今天"), ("明天", "请填正确的日期")]
)
def test_marking_due_refuses_senseless_days(client, scheme, staff, typed, sentence):
    response = client.post(address(scheme, "marking_due"), {"due_on": typed})

    assert response.status_code == 422
    assert sentence in str(response.context["form"].errors)


def test_marking_remind_reminds_each_department_once_a_day(client, scheme, leaf, staff):
    leaf_of(scheme, None, code="N")

    client.post(address(scheme, "marking_remind"))
    again = client.post(address(scheme, "marking_remind"), follow=True)

    (reminder,) = MarkReminder.objects.all()
    assert (reminder.department, reminder.missing, reminder.reminded_by) == (
        leaf.department,
        2,
        staff,
    )
    assert "今天已经提醒过" in again.text
    assert "提醒记录" in again.text


def test_remind_departments_finds_nobody_who_owes(scheme, leaf, staff):
    all_marked(scheme, leaf)

    with pytest.raises(RuleError, match="各部门都已评完"):
        actions.remind_departments(scheme, by=staff)


def test_remind_departments_of_approved_results_is_refused(scheme, staff):
    approved(scheme)

    with pytest.raises(RuleError, match="不在评分"):
        actions.remind_departments(scheme, by=staff)


def test_marks_reminder_text_names_no_day_where_none_is_set(scheme):
    text = actions.marks_reminder_text(scheme, office_progress(scheme))

    assert "前）" not in text


@pytest.mark.parametrize("name", ["marking_due", "marking_remind"])
def test_marking_deeds_of_another_county_are_refused(client, scheme, name):
    away = user_with(Role.OFFICE_STAFF, OrganisationFactory())
    client.force_login(away)

    assert client.post(address(scheme, name)).status_code in (403, 404)


NOT_BEGUN = "年还没有开始，到{year}年1月1日才能评分"


@pytest.fixture
def coming(scheme):
    """Published before its year has begun, its marks asked for until next week."""
    scheme.year = timezone.localdate().year + 1
    scheme.marks_due_on = timezone.localdate() + timedelta(days=3)
    scheme.save()
    return scheme


def test_marks_are_not_asked_for_before_the_year_begins(client, coming, leaf):
    sentence = NOT_BEGUN.format(year=coming.year)
    client.force_login(judge_of(leaf))
    cell = f"v-{leaf.pk}-{units_of(coming)[0].pk}"

    home = client.get(reverse("home"))
    listed = client.get(reverse("assessment:mark_list"))
    grid = client.get(address(coming, "mark_grid"))
    told = client.post(address(coming, "mark_grid"), {cell: "15"}, follow=True)

    assert f"评分：{coming}" not in home.text
    assert (sentence in listed.text, "去评分" in listed.text) == (True, False)
    assert (sentence in grid.text, "保存评分" in grid.text) == (True, False)
    assert sentence in told.text
    assert not leaf.marks.exists()


def test_departments_are_not_reminded_before_the_year_begins(client, coming, leaf, staff):
    sentence = NOT_BEGUN.format(year=coming.year)

    home = client.get(reverse("home"))
    shown = client.get(address(coming))
    told = client.post(address(coming, "marking_remind"), follow=True)

    assert "催人工评分" not in home.text
    assert (sentence in shown.text, "提醒未完成的部门" in shown.text) == (True, False)
    assert "催办文字" not in shown.text
    assert sentence in told.text
    assert not MarkReminder.objects.exists()
