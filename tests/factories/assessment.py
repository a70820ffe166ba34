"""Schemes, groups, runs and scores."""

from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone

from accounts.models import User
from accounts.rights import Role
from assessment import actions
from assessment.models import AssessmentGroup, GroupMember, Indicator, Run, Scheme, Score
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


def score_of(run: Run, organisation: Organisation) -> Score:
    """The unit's score in the run, loaded as a sheet needs it."""
    scores = Score.objects.with_lines().select_related(
        "organisation__region__parent", "group", "run__scheme"
    )
    return scores.get(run=run, organisation=organisation)
