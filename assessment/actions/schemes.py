"""Drafting, publishing and approving schemes. Author, publisher and approver are not one person."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.runs import is_computing
from assessment.models import AssessmentGroup, GroupMember, Indicator, ManualMark, Run, Scheme
from assessment.notice_scheme import GRADE_BANDS, GROUPS, ROWS, Row
from assessment.permissions import made_results, wrote_scheme
from assessment.rules import Fault, RuleRefused
from assessment.scoring import FormalismWarning, ScoredThing, check_scheme, lint_formalism
from assessment.specification import scheme_spec
from core import audit
from core.errors import RuleError
from organisations.models import Organisation, Region
from organisations.models.region import code_range

Status = Scheme.Status
FACTS = ("year", "title", "document_number", "total", "status")


@transaction.atomic
def draft_notice_scheme(region: Region, *, year: int, department: Organisation, by: User) -> Scheme:
    """A draft of the year's scheme from the notice's own demands, with the usual groups.

    `department` is the scoring department of the manual indicators. Raises RuleError when the year
    has one of this name already.
    """
    title = _("{county}{year}年“联创共建”考核方案").format(county=region.short_name, year=year)
    if Scheme.objects.filter(region=region, year=year, title=title).exists():
        raise RuleError(
            _("{year} 年已有“{title}”，请直接打开修改。").format(year=year, title=title)
        )
    scheme = Scheme.objects.create(
        year=year,
        title=title,
        region=region,
        total=Decimal(100),
        grade_bands=GRADE_BANDS,
        created_by=by,
    )
    _write_rows(scheme, ROWS, department)
    _write_groups(scheme, judges={department.pk, getattr(by.main_organisation, "pk", None)})
    _record("assessment.draft_scheme", scheme, by=by)
    return scheme


def _write_rows(scheme: Scheme, rows: Sequence[Row], department: Organisation) -> None:
    branches: dict[str, Indicator] = {}
    for order, row in enumerate(rows):
        is_manual = row.rule == "manual"
        leaf_source = Indicator.Source.MANUAL if is_manual else Indicator.Source.METRIC
        branches[row.code] = Indicator.objects.create(
            scheme=scheme,
            parent=branches.get(row.parent),
            code=row.code,
            name=row.name,
            role=row.role,
            points=Decimal(row.points),
            order=order,
            rule_kind=row.rule,
            params=row.params,
            source=leaf_source if row.rule else "",
            metric=row.metric,
            metric_filters=row.filters,
            methods=row.methods,
            basis=row.basis,
            department=department if is_manual else None,
        )


def _write_groups(scheme: Scheme, judges: set[int | None]) -> None:
    """The county's own active units, each in the group of its kind.

    Who scores the others is not among them: nobody could mark their own unit.
    """
    low, high = code_range(scheme.region.prefix)
    units = Organisation.objects.active_on(timezone.localdate()).filter(
        region__code__gte=low, region__code__lte=high, is_external=False
    )
    by_kind: dict[str, list[Organisation]] = {}
    for unit in units.exclude(pk__in=judges - {None}).order_by("region__code", "pk"):
        by_kind.setdefault(unit.kind, []).append(unit)
    for order, (name, kinds) in enumerate(GROUPS):
        group = AssessmentGroup.objects.create(scheme=scheme, name=name, order=order)
        GroupMember.objects.bulk_create(
            GroupMember(scheme=scheme, group=group, organisation=unit, kind=unit.kind)
            for kind in kinds
            for unit in by_kind.get(kind, [])
        )


def scheme_faults(scheme: Scheme) -> list[Fault]:
    """Everything that keeps the scheme from being published."""
    try:
        faults = check_scheme(scheme_spec(scheme))
    except RuleRefused as refused:
        faults = list(refused.faults)
    if not scheme.members.exists():
        faults.append(Fault("分组", _("考核分组里还没有单位，请先分组")))
    return faults + [fault for leaf in _manual_leaves(scheme) for fault in _department_faults(leaf)]


def _manual_leaves(scheme: Scheme) -> QuerySet[Indicator]:
    leaves = scheme.indicators.filter(source=Indicator.Source.MANUAL)
    own = scheme.members.filter(organisation=OuterRef("department")).values("kind")
    return leaves.select_related("department").annotate(own_kind=Subquery(own[:1]))


def _department_faults(leaf: Indicator) -> list[Fault]:
    """Somebody must mark every unit, and nobody marks their own."""
    if leaf.department is None:
        text = _("“{leaf}”没有负责评分的部门，请指定").format(leaf=leaf.name)
        return [Fault("负责部门", text, leaf.code)]
    if leaf.own_kind and (not leaf.applies_to or leaf.own_kind in leaf.applies_to):
        text = _("“{unit}”自己也被“{leaf}”考核，无人可评，请改由不参加考核的部门评分").format(
            unit=leaf.department, leaf=leaf.name
        )
        return [Fault("负责部门", text, leaf.code)]
    return []


def scheme_warnings(scheme: Scheme) -> list[FormalismWarning]:
    """Indicators that score the traces of work instead of the work."""
    leaves = scheme.indicators.exclude(rule_kind="")
    return lint_formalism([ScoredThing(leaf.code, leaf.name, leaf.metric) for leaf in leaves])


@transaction.atomic
def publish_scheme(scheme: Scheme, *, document_number: str, reason: str = "", by: User) -> Scheme:
    """Freeze the scheme. By the director, never an author; warnings need a written reason."""
    scheme = _locked(scheme)
    _require(scheme, Status.DRAFT)
    if wrote_scheme(by, scheme):
        raise RuleError(_("不能发布自己起草或修改过的方案，请由另一位负责人发布。"))
    faults = scheme_faults(scheme)
    if faults:
        raise RuleError(
            _("方案还不能发布：{fault}（共 {n} 处，见方案页）。").format(
                fault=faults[0].message.rstrip("。"), n=len(faults)
            )
        )
    if scheme_warnings(scheme) and not reason:
        raise RuleError(_("方案含有形式主义提示项，发布须写明理由，并印在方案上。"), field="reason")
    scheme.status, scheme.document_number = Status.PUBLISHED, document_number
    scheme.published_at, scheme.published_by = timezone.now(), by
    scheme.publish_reason = reason
    scheme.save(
        update_fields=[
            "status",
            "document_number",
            "published_at",
            "published_by",
            "publish_reason",
        ]
    )
    _record("assessment.publish_scheme", scheme, by=by, before=Status.DRAFT)
    return scheme


@transaction.atomic
def approve_results(scheme: Scheme, *, by: User, seen_run: int | None = None) -> Scheme:
    """The director accepts the latest run; scores no longer change after it.

    `seen_run` is the number of the run that the director looked at: a newer one is not approved
    unseen. Raises RuleError also when the run is older than a mark or veto, or another is under
    way, or `by` had a hand in the results.
    """
    scheme = _locked(scheme)
    _require(scheme, Status.SCORING)
    run = _approvable_run(scheme, seen_run)
    if made_results(by, scheme, run):
        raise RuleError(_("不能审定自己起草、评分、登记否决或计算的结果，请由另一位负责人审定。"))
    scheme.status = Status.APPROVED
    scheme.approved_at, scheme.approved_by = timezone.now(), by
    scheme.save(update_fields=["status", "approved_at", "approved_by"])
    _record("assessment.approve_results", scheme, by=by, before=Status.SCORING)
    return scheme


def _approvable_run(scheme: Scheme, seen_run: int | None) -> Run:
    """The latest run, when it is the one that was seen and nothing was entered after it."""
    run = Run.objects.latest_finished(scheme)
    if run is None:
        raise RuleError(_("还没有计算过评分，请先计算。"))
    if is_computing(scheme):
        raise RuleError(_("还有一次计算没有完成，请等它完成、核对得分后再审定。"))
    if seen_run not in (None, run.number):
        raise RuleError(
            _("您看过之后已有第 {n} 次计算，请核对新的得分后再审定。").format(n=run.number)
        )
    marks = ManualMark.objects.filter(indicator__scheme=scheme, marked_at__gt=run.data_as_of)
    vetoes = scheme.vetoes.filter(recorded_at__gt=run.data_as_of)
    if marks.exists() or vetoes.exists():
        raise RuleError(_("这次计算之后又有新的评分或否决，请重新计算后再审定。"))
    return run


@transaction.atomic
def reopen_scoring(scheme: Scheme, *, reason: str, by: User) -> Scheme:
    """Take an approval back, with the reason, so that scores can be corrected."""
    scheme = _locked(scheme)
    _require(scheme, Status.APPROVED)
    scheme.status = Status.SCORING
    scheme.approved_at = scheme.approved_by = None
    scheme.save(update_fields=["status", "approved_at", "approved_by"])
    _record("assessment.reopen_scoring", scheme, by=by, before=Status.APPROVED, reason=reason)
    return scheme


@transaction.atomic
def finish_scheme(scheme: Scheme, *, by: User) -> Scheme:
    """After the public notice the results are final."""
    scheme = _locked(scheme)
    _require(scheme, Status.APPROVED)
    scheme.status = Status.FINAL
    scheme.save(update_fields=["status"])
    _record("assessment.finish_scheme", scheme, by=by, before=Status.APPROVED)
    return scheme


def _locked(scheme: Scheme) -> Scheme:
    return Scheme.objects.select_for_update(of=("self",)).get(pk=scheme.pk)


def _require(scheme: Scheme, status: str) -> None:
    if scheme.status != status:
        raise RuleError(
            _("方案现在是“{now}”，不能这样操作；页面已更新，请重新查看。").format(
                now=scheme.get_status_display()
            )
        )


def _record(verb: str, scheme: Scheme, *, by: User, before: str = "", reason: str = "") -> None:
    audit.record(
        verb,
        scheme,
        by=by,
        before={"status": before} if before else {},
        after=audit.snapshot(scheme, FACTS),
        reason=reason,
        is_decision=True,
    )
