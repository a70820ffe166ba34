"""Schemes, groups, runs and scores."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone

from accounts.models import User
from accounts.rights import Role
from assessment import actions
from assessment.models import (
    AssessmentGroup,
    GroupMember,
    Indicator,
    ResultNotice,
    Run,
    Scheme,
    Score,
    ScoreObjection,
)
from core import jobs
from organisations.models import Organisation
from organisations.models.kinds import Kind
from tests.factories.organisations import (
    OrganisationFactory,
    UserFactory,
    county,
    office,
    user_with,
)


class SchemeFactory(factory.django.DjangoModelFactory):
    """A published scheme of 2026, its author and publisher two people."""

    class Meta:
        model = Scheme

    year = 2026
    title = factory.Sequence(lambda n: f"考核方案{n}")
    region = factory.LazyFunction(county)
    total = Decimal(100)
    grade_bands = factory.LazyFunction(
        lambda: [["优秀", "90"], ["良好", "80"], ["合格", "60"], ["不合格", "0"]]
    )
    status = Scheme.Status.SCORING
    created_by = factory.SubFactory(UserFactory)
    published_by = factory.SubFactory(UserFactory)
    published_at = factory.LazyFunction(timezone.now)


class IndicatorFactory(factory.django.DjangoModelFactory):
    """A branch unless a rule is given."""

    class Meta:
        model = Indicator

    scheme = factory.SubFactory(SchemeFactory)
    code = factory.Sequence(lambda n: f"A{n}")
    name = factory.Sequence(lambda n: f"指标{n}")
    points = Decimal(100)


class AssessmentGroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AssessmentGroup

    scheme = factory.SubFactory(SchemeFactory)
    name = factory.Sequence(lambda n: f"分组{n}")


class GroupMemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GroupMember

    group = factory.SubFactory(AssessmentGroupFactory)
    scheme = factory.SelfAttribute("group.scheme")
    organisation = factory.SubFactory(OrganisationFactory)
    kind = factory.SelfAttribute("organisation.kind")


class RunFactory(factory.django.DjangoModelFactory):
    """A finished run without scores."""

    class Meta:
        model = Run

    scheme = factory.SubFactory(SchemeFactory)
    number = factory.Sequence(lambda n: n + 1)
    finished_at = factory.LazyFunction(timezone.now)
    requested_by = factory.SubFactory(UserFactory)


class ScoreFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Score

    run = factory.SubFactory(RunFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    group = factory.SubFactory(AssessmentGroupFactory, scheme=factory.SelfAttribute("..run.scheme"))
    kind = factory.SelfAttribute("organisation.kind")
    earned = factory.SelfAttribute("total")
    obtainable = Decimal(100)
    base = factory.SelfAttribute("total")
    subtotal = factory.SelfAttribute("total")
    bonus = Decimal(0)
    deduction = Decimal(0)
    total = Decimal(90)
    rank = 1
    band = "优秀"
    grade = "优秀"
    grade_reason = "按分数线"


def approved(scheme: Scheme) -> Scheme:
    """The scheme with results that a director has approved."""
    scheme.status = Scheme.Status.APPROVED
    scheme.approved_by, scheme.approved_at = UserFactory(), timezone.now()
    scheme.save()
    return scheme


def run_with_totals(*totals: str, **facts: Any) -> Run:
    """A finished run of approved results: one unit for each total."""
    run = RunFactory(scheme=approved(SchemeFactory()), **facts)
    group = AssessmentGroupFactory(scheme=run.scheme)
    for rank, total in enumerate(totals, 1):
        ScoreFactory(run=run, group=group, total=Decimal(total), rank=rank)
    return run


def scored_units(run: Run) -> list[Organisation]:
    """The units of a run, best first."""
    return [score.organisation for score in run.scores.order_by("rank")]


def scored_scheme(mark: str = "15") -> Run:
    """The notice's scheme, published, marked and computed for the county's units; its run."""
    staff, director = user_with(Role.OFFICE_STAFF), user_with(Role.OFFICE_DIRECTOR)
    scheme = actions.draft_notice_scheme(county(), year=2026, department=office(), by=staff)
    actions.publish_scheme(scheme, document_number="奈创办发〔2026〕1号", by=director)
    judge = user_with(Role.SCORER, OrganisationFactory(kind=Kind.OUTSIDE_REGION))
    leaf = scheme.indicators.get(rule_kind="manual")
    members = actions.markable_members(leaf, judge)
    marks = {member.organisation_id: actions.Mark(Decimal(mark)) for member in members}
    actions.save_marks(leaf, marks, by=judge)
    return computed(scheme, staff)


def computed(scheme: Scheme, by: User) -> Run:
    """One more run of the scheme, carried through."""
    run = actions.start_run(scheme, by=by)
    jobs.run(run.job_id)
    run.refresh_from_db()
    return run


def balanced(run: Run) -> Run:
    """The run with every group balanced; its scheme can be approved."""
    staff = user_with(Role.OFFICE_STAFF)
    for group in actions.groups_to_balance(run):
        actions.balance_group(group, note="各组对照无异常", by=staff)
    run.scheme.refresh_from_db()
    return run


def on_notice(mark: str = "15", **days: Any) -> Run:
    """The published run of a scheme on public notice since today, unless told otherwise."""
    return published(scored_scheme(mark), **days)


def published(run: Run, **days: Any) -> Run:
    """The run balanced, approved and on notice."""
    run = balanced(run)
    director = user_with(Role.OFFICE_DIRECTOR)
    scheme = actions.approve_results(run.scheme, by=director)
    starts_on = days.get("starts_on", timezone.localdate())
    notice = actions.open_notice(scheme, starts_on=starts_on, office=office(), by=director)
    run.scheme = notice.scheme
    return run


def end_notice(scheme: Scheme) -> Scheme:
    """As if the last day of the notice had been yesterday."""
    yesterday = timezone.localdate() - timedelta(days=1)
    ResultNotice.objects.filter(scheme=scheme).update(starts_on=yesterday, ends_on=yesterday)
    return Scheme.objects.get(pk=scheme.pk)


def finished(run: Run) -> Run:
    """The final results of a run that was on notice."""
    scheme = end_notice(run.scheme)
    run.scheme = actions.finish_scheme(scheme, by=user_with(Role.OFFICE_STAFF))
    return run


def objection_to(run: Run, code: str = "", **facts: Any) -> ScoreObjection:
    """An objection of the first unit's liaison to one line of its sheet (the marked one)."""
    score = run.scores.select_related("run__scheme", "organisation").order_by("pk").first()
    leaves = run.scheme.indicators.filter(code=code) if code else run.scheme.indicators
    leaf = leaves.filter(rule_kind="manual").first() if not code else leaves.get()
    by = facts.pop("by", None) or user_with(Role.LIAISON, score.organisation)
    text = facts.pop("text", "现场核查得分少记一项")
    return actions.file_objection(score, indicator=leaf, text=text, by=by, **facts)


def score_of(run: Run, organisation: Organisation) -> Score:
    """The unit's score in the run, loaded as a sheet needs it."""
    scores = Score.objects.with_lines().select_related(
        "organisation__region__parent", "group", "run__scheme"
    )
    return scores.get(run=run, organisation=organisation)
