"""Objections to a line of the published sheet: filed by the unit, answered by two people."""

import io
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.rights import Role
from activities.models import Activity
from assessment import actions, permissions
from assessment.models import (
    Correction,
    ManualMark,
    ObjectionFile,
    ResultNotice,
    Run,
    Scheme,
    Score,
    ScoreLine,
    ScoreObjection,
)
from assessment.papers import answer_letter
from core.errors import RuleError
from dashboards.waiting import todos_of
from organisations.actions.changes import close_organisation
from organisations.models import Organisation
from tests.factories.activities import accepted_activity
from tests.factories.assessment import (
    IndicatorFactory,
    balanced,
    computed,
    end_notice,
    finished,
    objection_to,
    on_notice,
    published,
    score_of,
    scored_scheme,
)
from tests.factories.demonstrations import StandardSiteFactory
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    office,
    paper,
    user_with,
)
from tests.factories.partnerships import MemberFactory, MilestoneFactory, PairingFactory

pytestmark = pytest.mark.django_db
Status = ScoreObjection.Status
LIST_QUERIES = 12


@pytest.fixture(autouse=True)
def townships():
    return [OrganisationFactory(region=RegionFactory()) for _ in range(2)]


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def director():
    return user_with(Role.OFFICE_DIRECTOR)


@pytest.fixture
def run():
    return on_notice()


def upheld(objection, staff, points="16"):
    return actions.draft_answer(
        objection, is_upheld=True, answer="确应计入", points_after=D(points), by=staff
    )


def fresh(objection):
    return ScoreObjection.objects.for_list().get(pk=objection.pk)


def line(run, objection):
    return ScoreLine.objects.get(
        score__run=run, score__organisation=objection.organisation, indicator=objection.indicator
    )


def page(objection, name="objection_detail", *more):
    return reverse(f"assessment:{name}", args=[objection.pk, *more])


def picture():
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(stream, "PNG")
    return SimpleUploadedFile("现场.png", stream.getvalue())


def test_an_upheld_objection_corrects_its_line_at_once(run, staff, director):
    objection = objection_to(run)
    drafted = upheld(objection, staff)
    before = {score.organisation_id: score.total for score in run.scores.all()}

    confirmed = actions.confirm_answer(fresh(drafted), by=director)

    later = Run.objects.latest_finished(run.scheme)
    after = {score.organisation_id: score.total for score in later.scores.all()}
    corrected = line(later, objection)
    unit = objection.organisation_id
    assert (confirmed.status, confirmed.confirmed_by) == (Status.UPHELD, director)
    assert (later.number, later.based_on, later.is_corrected, later.data_as_of) == (
        run.number + 1, run, True, run.data_as_of,
    )  # fmt: skip
    assert (corrected.points, corrected.status) == (D(16), "更正")
    assert corrected.note == "公示异议成立：确应计入"
    assert line(run, objection).points == D(15)
    assert after == before | {unit: before[unit] + 1}
    assert later.scores.get(organisation=unit).rank == 1
    assert Correction.objects.get().run == later


def test_a_dismissed_objection_changes_nothing(run, staff, director):
    objection = objection_to(run)
    actions.draft_answer(objection, is_upheld=False, answer="核查无误", by=staff)

    actions.confirm_answer(fresh(objection), by=director)

    assert fresh(objection).status == Status.DISMISSED
    assert (Run.objects.latest_finished(run.scheme), Correction.objects.count()) == (run, 0)


def test_two_upheld_objections_count_both(run, staff, director):
    first = objection_to(run)
    actions.confirm_answer(fresh(upheld(first, staff)), by=director)
    second = objection_to(run, code="B1")
    actions.confirm_answer(fresh(upheld(second, staff, "4")), by=director)

    latest = Run.objects.latest_finished(run.scheme)

    assert (line(latest, first).points, line(latest, second).points) == (D(16), D(4))
    assert latest.based_on.based_on == run


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (None, "要填更正后的得分"),
        ("21", "在 0 到 20 分之间"),
        ("-1", "在 0 到 20 分之间"),
        ("15.555", "保留 2 位小数"),
        ("15", "和现在一样"),
    ],
)
def test_draft_answer_refuses_points_that_cannot_be(run, staff, points, words):
    objection = objection_to(run)

    with pytest.raises(RuleError, match=words):
        actions.draft_answer(
            objection,
            is_upheld=True,
            answer="应予计入",
            points_after=points and D(points),
            by=staff,
        )


def test_answer_takes_only_points_that_a_judge_could_give(client, run, staff, director):
    """With 步长 0.5 neither a draft nor one from before the step was asked for."""
    objection = objection_to(run)
    client.force_login(staff)
    facts = {"is_upheld": "yes", "answer": "应予计入"}

    refused = client.post(page(objection, "objection_answer"), facts | {"points_after": "19.7"})
    client.post(page(objection, "objection_answer"), facts | {"points_after": "19.5"})
    drafted = fresh(objection)
    ScoreObjection.objects.update(points_after=D("19.7"))

    assert refused.context["form"].errors == {
        "points_after": ["19.7 分不合步长，应为 0.5 的整数倍。"]
    }
    assert (refused.status_code, drafted.points_after) == (422, D("19.5"))
    with pytest.raises(RuleError, match="不合步长"):
        actions.confirm_answer(fresh(objection), by=director)


def test_the_mean_of_several_marks_is_corrected_off_the_step(run, staff):
    objection = objection_to(run)
    scored = line(run, objection)
    scored.outcome["value"] = ["15", "15.5"]
    scored.save()

    assert upheld(objection, staff, "15.25").points_after == D("15.25")


def test_confirm_answer_is_for_another_without_a_hand_in_it(run, staff):
    objection = upheld(objection_to(run), staff)
    judge = run.scheme.indicators.get(rule_kind="manual").marks.first().marked_by
    for person in (staff, judge, objection.filed_by):
        AssignmentFactory(user=person, organisation=office(), role=Role.OFFICE_DIRECTOR)
        person.__dict__.pop("current_assignments", None)
        with pytest.raises(RuleError, match="请由另一位负责人确认"):
            actions.confirm_answer(fresh(objection), by=person)


def test_confirm_answer_happens_once(run, staff, director):
    """The second of two directors finds the answer confirmed, and no second correction."""
    objection = upheld(objection_to(run), staff)
    seen_by_both = fresh(objection), fresh(objection)
    actions.confirm_answer(seen_by_both[0], by=director)

    with pytest.raises(RuleError, match="这条异议现在是“成立”"):
        actions.confirm_answer(seen_by_both[1], by=user_with(Role.OFFICE_DIRECTOR))

    assert Correction.objects.count() == 1


def test_confirm_answer_waits_for_a_draft(run, director):
    with pytest.raises(RuleError, match="这条异议现在是“待答复”"):
        actions.confirm_answer(fresh(objection_to(run)), by=director)


def test_a_draft_behind_a_newer_correction_is_proposed_anew(run, staff, director):
    objection = upheld(objection_to(run), staff)
    ScoreObjection.objects.update(points_before=D(14))

    with pytest.raises(RuleError, match="已由 14 变为 15"):
        actions.confirm_answer(fresh(objection), by=director)


def test_return_answer_sends_the_draft_back_with_the_reason(run, staff, director):
    objection = upheld(objection_to(run), staff)

    actions.return_answer(objection, reason="写明依据", by=director)

    returned = fresh(objection)
    assert (returned.status, returned.return_reason, returned.answer) == (
        Status.OPEN, "写明依据", "确应计入",
    )  # fmt: skip
    actions.draft_answer(returned, is_upheld=False, answer="核查无误", by=staff)
    assert fresh(objection).return_reason == ""


def test_file_objection_only_on_the_days_of_the_notice(run):
    notice = ResultNotice.objects.get()
    last_second = objection_to(run, today=notice.ends_on)

    assert last_second.status == Status.OPEN
    for day in (notice.starts_on - timedelta(days=1), notice.ends_on + timedelta(days=1)):
        with pytest.raises(RuleError, match="异议只能在这期间提出"):
            objection_to(run, code="B1", today=day)


def test_file_objection_needs_a_notice_and_a_scored_line(run):
    score = run.scores.select_related("run__scheme").first()
    branch = run.scheme.indicators.get(code="B")
    by = user_with(Role.LIAISON, score.organisation)

    for indicator in (branch, IndicatorFactory()):
        with pytest.raises(RuleError, match="不计分"):
            actions.file_objection(score, indicator=indicator, text="少计", by=by)


def test_file_objection_once_a_line_until_it_is_settled(run):
    first = objection_to(run)
    with pytest.raises(RuleError, match="已有一条异议还没有答复"):
        objection_to(run)

    actions.withdraw_objection(first, by=first.filed_by)

    assert objection_to(run).status == Status.OPEN
    with pytest.raises(RuleError, match="这条异议现在是“已撤回”"):
        actions.withdraw_objection(first, by=first.filed_by)


def test_file_objection_not_before_the_notice():
    run = balanced(scored_scheme())

    with pytest.raises(RuleError, match="公示期间才能提出异议"):
        objection_to(run)


def test_the_database_keeps_drafter_and_confirmer_apart(run, staff):
    objection = upheld(objection_to(run), staff)

    with pytest.raises(IntegrityError):
        ScoreObjection.objects.filter(pk=objection.pk).update(
            status=Status.UPHELD, confirmed_by=staff, confirmed_at=timezone.now()
        )


def test_objection_create_takes_links_and_files_of_the_own_unit(client, run, townships):
    unit = run.scores.order_by("pk").first().organisation
    activity = accepted_activity(unit, starts_on=date(2026, 5, 1))
    other = accepted_activity(*[one for one in townships if one != unit])
    site = StandardSiteFactory(organisation=unit)
    score = score_of(run, unit)
    leaf = run.scheme.indicators.get(code="B1")
    liaison = user_with(Role.LIAISON, unit)
    client.force_login(liaison)
    url = reverse("assessment:objection_create", args=[score.pk, leaf.pk])
    asked = client.get(url)
    facts = {"text": "少计一次活动", "activities": [activity.pk], "sites": [site.pk]}

    refused = client.post(url, facts | {"activities": [other.pk], "files": [picture()]})
    many = client.post(url, facts | {"files": [picture() for _ in range(4)]})
    bad = client.post(url, facts | {"files": [SimpleUploadedFile("a.exe", b"MZ00")]})
    done = client.post(url, facts | {"files": [picture(), picture()]})

    objection = ScoreObjection.objects.get()
    assert (asked.status_code, refused.status_code) == (200, 422)
    assert "附件没有保存，改好以后请重新选择。" in refused.text
    assert "最多 3 个附件" in many.text
    assert "只能上传" in bad.text
    assert done.url == page(objection)
    assert (list(objection.activities.all()), list(objection.sites.all())) == ([activity], [site])
    assert objection.files.count() == 1
    shown = client.get(page(objection))
    assert [item["label"] for item in shown.context["evidence"]] == [str(activity), str(site)]


def test_objection_create_tells_what_the_line_counted_and_offers_it_first(client, run):
    unit = run.scores.order_by("pk").first().organisation
    counted = accepted_activity(unit, starts_on=date(2026, 4, 1))
    counted.partnerships.add(PairingFactory(lead=unit))
    late = accepted_activity(unit, starts_on=date(2026, 9, 1))
    Activity.objects.filter(pk=late.pk).update(status=Activity.Status.SUBMITTED)
    Run.objects.filter(pk=run.pk).update(data_as_of=timezone.now())
    leaf = run.scheme.indicators.get(code="B1")
    client.force_login(user_with(Role.LIAISON, unit))

    asked = client.get(
        reverse("assessment:objection_create", args=[score_of(run, unit).pk, leaf.pk])
    )

    fields = asked.context["form"].fields
    assert [label for _value, label in fields["activities"].choices] == [
        f"2026-04-01 一对一结对 {counted}（已计入本项）",
        f"2026-09-01 {late}（没有计入本项）",
    ]
    assert list(fields)[:2] == ["text", "activities"]
    assert "milestones" not in fields


def test_objection_create_offers_the_steps_of_plans_where_the_line_is_about_them(client, run):
    unit = run.scores.order_by("pk").first().organisation
    project = PairingFactory(lead=unit, name="共建项目")
    MemberFactory(partnership=project, organisation=unit)
    step = MilestoneFactory(partnership=project, what="栽树", due_on=date(2026, 4, 12))
    leaf = run.scheme.indicators.get(metric="milestones_on_time")
    client.force_login(user_with(Role.LIAISON, unit))
    url = reverse("assessment:objection_create", args=[score_of(run, unit).pk, leaf.pk])

    asked = client.get(url)
    done = client.post(url, {"text": "按期完成了一项", "milestones": [step.pk]})

    fields = asked.context["form"].fields
    assert list(fields)[:2] == ["text", "milestones"]
    assert [label for _value, label in fields["milestones"].choices] == [
        "2026-04-12 共建项目 栽树（没有计入本项）"
    ]
    assert list(ScoreObjection.objects.get().milestones.all()) == [step]
    shown = client.get(done.url).context["evidence"]
    page_of_it = reverse("partnerships:partnership_detail", args=[project.pk])
    assert shown == [{"label": "共建项目 栽树", "kind": "计划事项", "url": page_of_it}]


def test_objection_file_is_for_those_who_see_the_objection(client, run, townships):
    unit = run.scores.order_by("pk").first().organisation
    stranger = user_with(Role.LIAISON, next(one for one in townships if one != unit))
    liaison = user_with(Role.LIAISON, unit)
    objection_to(run, by=liaison, evidence=actions.EvidenceLinks(files=[picture()]))
    file = ObjectionFile.objects.get()
    url = reverse("assessment:objection_file", args=[file.pk])
    client.force_login(stranger)
    hidden = client.get(url)
    client.force_login(liaison)
    served = client.get(url)
    content = b"".join(served.streaming_content)
    file.file.storage.delete(file.file.name)

    assert (hidden.status_code, content[:4]) == (404, b"\x89PNG")
    assert (served["Content-Type"], served["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert client.get(url).status_code == 404


def test_a_liaison_files_for_the_own_unit_alone(client, run, townships):
    mine, other = run.scores.order_by("pk")
    leaf = run.scheme.indicators.get(code="B1")
    client.force_login(user_with(Role.LIAISON, mine.organisation))

    answers = [
        client.get(reverse("assessment:objection_create", args=[score.pk, pk])).status_code
        for score, pk in (
            (mine, leaf.pk),
            (other, leaf.pk),
            (mine, run.scheme.indicators.get(code="B").pk),
        )
    ]

    assert answers == [200, 404, 404]


def test_a_township_seen_by_two_roles_still_files_nothing_for_others(client, run):
    """Who sees the sheet by another role may not object for the unit."""
    score = run.scores.order_by("pk").first()
    seer = user_with(Role.LEADER)
    AssignmentFactory(user=seer, organisation=OrganisationFactory(), role=Role.LIAISON)
    client.force_login(seer)

    answer = client.get(
        reverse("assessment:objection_create", args=[score.pk, score.lines.last().indicator_id])
    )

    assert answer.status_code == 403


def test_the_unit_sees_the_answer_once_it_is_confirmed(client, run, staff, director):
    objection = upheld(objection_to(run), staff)
    client.force_login(objection.filed_by)
    before = client.get(page(objection))
    paper_before = client.get(page(objection, "objection_paper", "pdf"))
    actions.confirm_answer(fresh(objection), by=director)

    after = client.get(page(objection))

    assert (before.context["shows_answer"], "确应计入" in before.text) == (False, False)
    assert (after.context["shows_answer"], "15 → 16 分" in after.text) == (True, True)
    assert paper_before.status_code == 404
    assert client.get(page(objection, "objection_paper", "pdf")).content[:5] == b"%PDF-"


def test_objection_answer_and_confirm_through_the_pages(client, run, staff, director):
    objection = objection_to(run)
    before = objection.score.total.normalize()
    client.force_login(staff)
    asked = client.get(page(objection, "objection_answer"))
    faulty = client.post(page(objection, "objection_answer"), {"is_upheld": "yes", "answer": "应"})
    client.post(
        page(objection, "objection_answer"),
        {"is_upheld": "no", "points_after": "3", "answer": "核查无误"},
    )
    client.force_login(director)
    client.post(page(objection, "objection_return"), {"reason": "再核"})
    client.force_login(staff)
    draft = client.get(page(objection, "objection_answer")).context["form"].initial
    client.post(
        page(objection, "objection_answer"),
        draft | {"is_upheld": "yes", "points_after": "16", "answer": "应予计入"},
    )
    client.force_login(director)
    question = client.get(page(objection, "objection_confirm"))
    client.post(page(objection, "objection_confirm"), question.context["form"].initial)
    again = client.get(page(objection, "objection_confirm"))

    assert ([fact["value"] for fact in asked.context["facts"]][2:4], faulty.status_code) == (
        ["15", "0 到 20 分"], 422,
    )  # fmt: skip
    kept = {"is_upheld": "no", "points_after": None, "answer": "核查无误", "document_number": ""}
    assert draft == kept | {"seen": draft["seen"]}
    figures = [figure["figure"] for figure in question.context["figures"]]
    score = Run.objects.latest_finished(run.scheme).scores.get(organisation=objection.organisation)
    assert figures[:3] == ["15", "16", f"{before:f} → {score.total.normalize():f}"]
    assert (fresh(objection).status, again.status_code) == (Status.UPHELD, 302)


def test_objection_answer_shows_what_the_judge_gave_and_why(client, run, staff):
    objection = objection_to(run)
    ManualMark.objects.filter(organisation=objection.organisation).update(reason="台账不全")
    client.force_login(staff)

    asked = client.get(page(objection, "objection_answer"))
    ManualMark.objects.update(reason="")
    without = client.get(page(objection, "objection_answer"))

    assert {"label": "评分和理由", "value": "15 分，台账不全"} in asked.context["facts"]
    assert {"label": "评分和理由", "value": "15 分，没有写理由"} in without.context["facts"]


def test_objection_answer_opens_no_form_that_would_be_refused(client, run, staff, director):
    objection = upheld(objection_to(run), staff)
    client.force_login(staff)
    actions.confirm_answer(fresh(objection), by=director)

    settled = client.get(page(objection, "objection_answer"), follow=True)

    assert settled.redirect_chain == [(page(objection), 302)]
    assert [str(one) for one in settled.context["messages"]] == ["这条异议现在是“成立”，不再答复。"]


def test_the_office_changes_an_answer_that_waits(client, run, staff, director):
    """The director confirms what was read: not the answer from before the change."""
    objection = upheld(objection_to(run), staff)
    client.force_login(director)
    read = client.get(page(objection, "objection_confirm")).context["form"].initial
    client.force_login(staff)
    shown = client.get(page(objection))
    asked = client.get(page(objection, "objection_answer"))
    initial = asked.context["form"].initial

    done = client.post(
        page(objection, "objection_answer"), initial | {"points_after": "17", "answer": "另计两项"}
    )
    client.force_login(director)
    client.post(page(objection, "objection_confirm"), read)

    assert ("改答复" in shown.text, asked.context["heading"], done.url) == (
        True, "改答复", page(objection),
    )  # fmt: skip
    assert (initial["answer"], initial["points_after"]) == ("确应计入", D(16))
    changed = fresh(objection)
    assert (changed.status, changed.points_after, changed.answer) == (
        Status.DRAFTED, D(17), "另计两项",
    )  # fmt: skip


def test_the_second_of_two_who_answer_is_told_and_loses_nothing(client, run, staff):
    objection = objection_to(run)
    client.force_login(staff)
    begun = client.get(page(objection, "objection_answer")).context["form"].initial
    upheld(objection, user_with(Role.OFFICE_STAFF))
    mine = {"is_upheld": "no", "answer": "核查无误"}

    told = client.post(page(objection, "objection_answer"), begun | mine)
    kept = fresh(objection).answer
    again = {"seen": told.context["form"]["seen"].value()}
    client.post(page(objection, "objection_answer"), mine | again)

    assert told.context["form"].non_field_errors() == [
        "您填写时另有人改了答复，这次没有保存；请对照上面的现有答复再提请。"
    ]
    assert told.context["facts"][-1]["value"] == "成立，更正为 16 分：确应计入"
    assert told.context["form"]["answer"].value() == "核查无误"
    assert (kept, fresh(objection).answer) == ("确应计入", "核查无误")


@pytest.mark.parametrize("is_upheld", [True, False], ids=["upheld", "dismissed"])
def test_objection_confirm_refuses_another_draft_than_the_one_read(
    client, run, staff, director, is_upheld
):
    objection = upheld(objection_to(run), staff)
    client.force_login(director)
    read = client.get(page(objection, "objection_confirm")).context["form"].initial
    actions.return_answer(objection, reason="再核", by=user_with(Role.OFFICE_DIRECTOR))
    points_after = D(17) if is_upheld else None
    actions.draft_answer(
        objection, is_upheld=is_upheld, answer="另一份答复", points_after=points_after, by=staff
    )

    told = client.post(page(objection, "objection_confirm"), read, follow=True)
    without = client.post(page(objection, "objection_confirm"))

    assert [str(message) for message in told.context["messages"]] == [
        "答复在您看过之后改过，这次没有确认；请看过新的答复再确认。"
    ]
    assert (fresh(objection).status, without.status_code) == (Status.DRAFTED, 302)
    assert Correction.objects.count() == 0


def test_confirm_answer_ends_as_the_draft_in_force_says(run, staff, director):
    """Whoever holds a row from before still confirms what is drafted now."""
    objection = upheld(objection_to(run), staff)
    old = fresh(objection)
    actions.return_answer(objection, reason="再核", by=director)
    actions.draft_answer(objection, is_upheld=False, answer="核查无误", by=staff)

    actions.confirm_answer(old, by=director)

    assert (fresh(objection).status, Correction.objects.count()) == (Status.DISMISSED, 0)


def test_objection_confirm_keeps_out_who_drafted(client, run, staff):
    objection = upheld(objection_to(run), staff)
    AssignmentFactory(user=staff, organisation=office(), role=Role.OFFICE_DIRECTOR)
    client.force_login(staff)

    shown = client.get(page(objection))

    assert "要由另一位负责人确认" in shown.context["why_not"]
    assert client.post(page(objection, "objection_confirm")).status_code == 403


def test_objection_withdraw_is_the_unit_s(client, run):
    objection = objection_to(run)
    seer = user_with(Role.LEADER)
    AssignmentFactory(user=seer, organisation=OrganisationFactory(), role=Role.LIAISON)
    client.force_login(seer)
    refused = client.post(page(objection, "objection_withdraw"))
    client.force_login(objection.filed_by)

    client.post(page(objection, "objection_withdraw"))

    assert (refused.status_code, fresh(objection).status) == (403, Status.WITHDRAWN)


def test_objection_answer_is_for_the_county_s_office(client, run):
    objection = objection_to(run)
    village = user_with(
        Role.OFFICE_STAFF, OrganisationFactory(region=objection.organisation.region)
    )
    client.force_login(village)

    assert client.get(page(objection, "objection_answer")).status_code == 403


@pytest.mark.parametrize("item_count", [1, 3])
def test_objection_list_takes_the_same_queries(
    client, run, staff, django_assert_num_queries, item_count
):
    for code in ("B1", "B2", "B3")[:item_count]:
        objection_to(run, code=code)
    client.force_login(staff)

    with django_assert_num_queries(LIST_QUERIES):
        response = client.get(reverse("assessment:objection_list"))

    assert len(response.context["page"]) == item_count


def test_objection_list_narrows_by_year_state_and_unit(client, run, staff):
    objection = objection_to(run)
    client.force_login(staff)
    url = reverse("assessment:objection_list")

    found = [
        len(client.get(url, query).context["page"])
        for query in (
            {"year": "2026"}, {"status": "open"}, {"status": "upheld"},
            {"q": objection.organisation.short_name}, {"q": "没有"},
        )
    ]  # fmt: skip

    assert found == [1, 1, 0, 1, 0]


def test_objection_export_tells_answers_that_are_confirmed(client, run, staff, director):
    objection = upheld(objection_to(run), staff)
    client.force_login(staff)
    url = reverse("assessment:objection_export", args=["csv"])
    before = client.get(url).content.decode("utf-8-sig").splitlines()[4]
    actions.confirm_answer(fresh(objection), by=director)
    after = client.get(url).content.decode("utf-8-sig").splitlines()[4]

    assert (before.split(",")[5:9], after.split(",")[5:9]) == (
        ["答复待确认", "", "", ""], ["成立", "确应计入", "15", "16"],
    )  # fmt: skip


def earlier_year(objection):
    """As if it had been filed two years ago, on a line with the same code."""
    Scheme.objects.filter(pk=objection.notice.scheme_id).update(year=2024, title="往年方案")


def test_earlier_objections_stay_visible_at_the_line(client, run, staff, director):
    old = upheld(objection_to(run), staff)
    unit = old.organisation
    actions.confirm_answer(fresh(old), by=director)
    earlier_year(old)
    now = on_notice()
    score = score_of(now, unit)
    leaf = now.scheme.indicators.get(rule_kind="manual")
    liaison = user_with(Role.LIAISON, unit)
    client.force_login(liaison)

    sheet = client.get(reverse("assessment:score_detail", args=[score.pk]))
    form = client.get(reverse("assessment:objection_create", args=[score.pk, leaf.pk]))

    told = {
        row.indicator.code: row.indicator.line_objection
        for row in sheet.context["sheet"].rows
        if row.indicator.is_leaf
    }
    assert [one.words for one in told[leaf.code].told] == ["2024年提出过异议：成立"]
    assert told["B1"].told == ()
    assert all(line.file_url for line in told.values())
    assert form.context["earlier"] == [
        "2024年对这一项提出过异议（成立）：现场核查得分少记一项 确应计入"
    ]
    filed = objection_to(now, by=liaison)
    again = client.get(reverse("assessment:score_detail", args=[score.pk])).context["sheet"].rows
    own = next(row.indicator.line_objection for row in again if row.indicator == leaf)
    assert [one.words for one in own.told] == ["已提出异议：待答复", "2024年提出过异议：成立"]
    assert (own.file_url, client.get(page(filed)).context["earlier"]) == (
        "", ["2024年对这一项提出过异议（成立）：现场核查得分少记一项 确应计入"],
    )  # fmt: skip


def test_the_way_to_file_is_shown_to_the_unit_while_the_notice_is_on(client, run, staff):
    score = run.scores.order_by("pk").first()
    url = reverse("assessment:score_detail", args=[score.pk])

    def shown_to(user):
        client.force_login(user)
        return "对这一项有异议" in client.get(url).text

    liaison = user_with(Role.LIAISON, score.organisation)
    while_on = shown_to(liaison), shown_to(staff)
    end_notice(run.scheme)

    assert (while_on, shown_to(liaison)) == ((True, False), False)


def test_answer_letter_tells_before_and_after(run, staff, director):
    objection = upheld(objection_to(run), staff)
    actions.confirm_answer(fresh(objection), by=director)

    letter = answer_letter(fresh(objection))

    assert letter.title == "关于2026年度考核异议的答复"
    assert letter.addressee == objection.organisation.name
    assert [paragraph.text for paragraph in letter.body[2:]] == [
        "一、核查结论", "异议成立。", "二、答复", "确应计入", "三、得分",
        "该项得分由15分更正为16分；你单位总分由25分更正为26分，等次仍为不合格。",
    ]  # fmt: skip
    assert (letter.mark, letter.number) == ("", "")


def test_answer_letter_tells_a_new_grade_and_its_number(run, staff, director):
    Scheme.objects.update(grade_bands=[["良好", "26"], ["一般", "0"]])
    objection = objection_to(run)
    Score.objects.filter(run=run).update(grade="一般")
    number = "奈创办函〔2026〕3号"
    facts = {"is_upheld": True, "answer": "确应计入", "points_after": D(16)}
    actions.draft_answer(objection, **facts, document_number=number, by=staff)
    actions.confirm_answer(fresh(objection), by=director)

    letter = answer_letter(fresh(objection))

    assert (letter.mark, letter.number) == (office().name, number)
    assert letter.body[-1].text.endswith("总分由25分更正为26分，等次由一般更正为良好。")


def test_answer_letter_of_a_scheme_without_grades_tells_the_total(run, staff, director):
    Scheme.objects.update(grade_bands=[])
    objection = upheld(objection_to(run), staff)
    actions.confirm_answer(fresh(objection), by=director)
    told = answer_letter(fresh(objection)).body[-1].text
    Run.objects.filter(based_on=run).update(finished_at=None)

    waiting = answer_letter(fresh(objection)).body[-1].text

    assert told == "该项得分由15分更正为16分；你单位总分由25分更正为26分。"
    assert waiting == "该项得分由15分更正为16分，总分、名次和等次相应重新计算。"


def test_answer_letter_of_a_dismissed_one_says_that_points_stay(run, staff, director):
    objection = objection_to(run)
    actions.draft_answer(objection, is_upheld=False, answer="核查无误", by=staff)
    actions.confirm_answer(fresh(objection), by=director)

    assert answer_letter(fresh(objection)).body[-1].text == "该项得分不变。"


@pytest.mark.parametrize("has_successor", [True, False])
def test_unsettled_objections_follow_the_successor(run, staff, has_successor):
    objection, settled = objection_to(run), objection_to(run, code="B1")
    actions.withdraw_objection(settled, by=settled.filed_by)
    unit = objection.organisation
    heir = OrganisationFactory(region=unit.region) if has_successor else None
    known = paper(effective_on=timezone.localdate(), history="stays")

    change = close_organisation(unit, successor=heir, paper=known, by=staff)

    now = fresh(objection)
    assert change.passed["assessment.objections"] == 1
    assert (now.organisation, now.status) == (
        (heir, Status.OPEN) if has_successor else (unit, Status.WITHDRAWN)
    )
    assert (now.score.organisation, fresh(settled).organisation) == (unit, unit)


@pytest.mark.usefixtures("in_2026")
@pytest.mark.parametrize("has_successor", [True, False])
def test_the_sheet_of_a_unit_that_is_no_longer_scored_takes_no_objection(
    client, townships, has_successor
):
    """It was computed before the unit ended; the published run knows only who carries on."""
    first, staff = scored_scheme(), user_with(Role.OFFICE_STAFF)
    ended, heir = townships
    known = paper(effective_on=timezone.localdate(), history="follows")
    close_organisation(ended, successor=heir, paper=known, by=staff)
    if not has_successor:
        Organisation.objects.filter(pk=ended.pk).update(successor=None)
    run = published(computed(first.scheme, staff))
    score, leaf = score_of(first, ended), run.scheme.indicators.get(code="B1")
    client.force_login(user_with(Role.LIAISON, heir if has_successor else ended))
    sheet = reverse("assessment:score_detail", args=[score.pk])
    create = reverse("assessment:objection_create", args=[score.pk, leaf.pk])

    shown = client.get(sheet)
    sent = client.post(create, {"text": "少计一次活动"})

    assert create not in shown.text
    assert shown.context["newer"] == (score_of(run, heir) if has_successor else None)
    assert ("已没有这家单位" in shown.text) is not has_successor
    assert (sent.status_code, ScoreObjection.objects.count()) == (422, 0)
    assert f"公示的结果里没有“{ended}”，请从承接它的单位的考核表提出异议。" in sent.text
    assert "少计一次活动" in sent.text


def test_an_objection_of_an_ended_unit_corrects_the_unit_that_was_scored(run, staff, director):
    objection = objection_to(run)
    unit, heir = objection.organisation, OrganisationFactory()
    known = paper(effective_on=timezone.localdate(), history="stays")
    close_organisation(unit, successor=heir, paper=known, by=staff)
    drafted = upheld(fresh(objection), staff)

    actions.confirm_answer(fresh(drafted), by=director)

    latest = Run.objects.latest_finished(run.scheme)
    assert line_points(latest, unit) == D(16)
    assert not latest.scores.filter(organisation=heir).exists()


def line_points(run, unit):
    rows = ScoreLine.objects.filter(score__run=run, score__organisation=unit)
    return rows.get(indicator__rule_kind="manual").points


def test_final_results_take_no_objection(run):
    final = finished(run)

    with pytest.raises(RuleError, match="公示期间才能提出异议"):
        objection_to(final)


def test_the_judge_of_the_line_is_told_of_an_objection_until_it_is_answered(
    client, run, staff, director
):
    """Its unit, its line and its words: never who filed it, and never another judge."""
    objection = objection_to(run)
    objection_to(run, code="B1", by=objection.filed_by)
    leaf = objection.indicator
    judge = leaf.marks.first().marked_by
    other = user_with(Role.SCORER, leaf.department)
    AssignmentFactory(user=judge, organisation=leaf.department, role=Role.SCORER)

    def told():
        found = []
        for user in (judge, other):
            client.force_login(user)
            home = client.get(reverse("home"), follow=True)
            grid = client.get(reverse("assessment:mark_grid", args=[run.scheme_id]))
            listed = client.get(reverse("assessment:mark_list"))
            found.append([objection.text in shown.text for shown in (grid, listed)])
            found[-1].append(objection.text in home.text)
            found[-1].append("对你部门的评分有异议" in "".join(t.text for t in todos_of(user)))
            assert objection.filed_by.name not in grid.text + listed.text + home.text
        return found

    open_ = told()
    actions.draft_answer(objection, is_upheld=False, answer="核查无误", by=staff)
    actions.confirm_answer(fresh(objection), by=director)

    assert (open_, told()) == ([[True] * 4, [False] * 4], [[False] * 4, [False] * 4])


def test_permissions_of_a_settled_objection(run, staff, director):
    objection = objection_to(run)
    asked = permissions.can_draft_answer(staff, objection)
    actions.draft_answer(objection, is_upheld=False, answer="核查无误", by=staff)
    now = fresh(objection)

    assert (asked, permissions.can_draft_answer(staff, now)) == (True, True)
    assert permissions.can_confirm_answer(director, now)
    assert permissions.can_withdraw_objection(now.filed_by, now)
    settled = actions.confirm_answer(now, by=director)
    assert permissions.can_draft_answer(staff, settled) is False
