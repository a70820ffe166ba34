"""Balancing inside the groups: the office lets each group's results stand, or sends marks back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.runs import is_computing
from assessment.models import (
    AssessmentGroup,
    GroupBalance,
    Indicator,
    MarkReturn,
    Run,
    Scheme,
    ScoringHand,
)
from core import audit
from core.errors import RuleError

Status = Scheme.Status


def note_entry(scheme: Scheme) -> None:
    """Something was entered or taken back: computed results are stale, balanced ones reopen.

    The caller holds the scheme's row.
    """
    scheme.entered_at = timezone.now()
    if scheme.status == Status.BALANCED:
        scheme.status = Status.SCORING
    scheme.save(update_fields=["entered_at", "status"])


def fresh_run(scheme: Scheme, seen_run: int | None) -> Run:
    """The latest run, when it is the one that was seen and nothing was entered after it.

    The sentences say what to do first; they end the same for balancing and approving.
    """
    run = Run.objects.latest_finished(scheme)
    if run is None:
        raise RuleError(_("还没有计算过评分，请先计算。"))
    if is_computing(scheme):
        raise RuleError(_("还有一次计算没有完成，请等它完成、核对得分后再办。"))
    if seen_run not in (None, run.number):
        raise RuleError(
            _("您看过之后已有第 {n} 次计算，请核对新的得分后再办。").format(n=run.number)
        )
    if scheme.entered_at is not None and scheme.entered_at > run.data_as_of:
        raise RuleError(_("这次计算之后又有新的评分、数据或否决，请重新计算后再办。"))
    return run


def note_hand(scheme: Scheme, kind: str, by: User) -> None:
    """`by` entered or took back something of this kind; see `note_entry`, which goes before.

    The caller holds the scheme's row.
    """
    ScoringHand.objects.get_or_create(scheme=scheme, kind=kind, first_by=by)


@transaction.atomic
def balance_group(
    group: AssessmentGroup, *, note: str, by: User, seen_run: int | None = None
) -> GroupBalance:
    """Let a group's results of the latest run stand; with the last group the scheme is balanced.

    `seen_run` is the number of the run that the page showed. RuleError while marks of the group
    that were sent back are not answered.
    """
    scheme = _locked_in_scoring(group.scheme_id)
    run = fresh_run(scheme, seen_run)
    if not run.scores.filter(group=group).exists():
        raise RuleError(_("“{group}”没有单位得分，不用平衡。").format(group=group))
    if MarkReturn.objects.waiting().filter(group=group).exists():
        raise RuleError(
            _("“{group}”退回的评分还没有答复，部门修改或说明后再平衡。").format(group=group)
        )
    if run.balances.filter(group=group).exists():
        raise RuleError(_("“{group}”已经平衡，不必重复办理。").format(group=group))
    balance = GroupBalance.objects.create(group=group, run=run, note=note, balanced_by=by)
    facts = {"run": run.number, "note": note}
    audit.record("assessment.balance_group", group, by=by, after=facts, is_decision=True)
    if not groups_to_balance(run):
        scheme.status = Status.BALANCED
        scheme.save(update_fields=["status"])
    return balance


def groups_to_balance(run: Run) -> list[AssessmentGroup]:
    """Groups with results in the run that nobody has balanced yet; one query."""
    scored = run.scores.order_by().values("group")
    done = run.balances.values("group")
    return list(AssessmentGroup.objects.filter(pk__in=scored).exclude(pk__in=done))


@transaction.atomic
def return_marks(
    group: AssessmentGroup, *, indicator: Indicator, reason: str, by: User
) -> MarkReturn:
    """Ask the indicator's department to look at its marks of this group again."""
    scheme = _locked_in_scoring(group.scheme_id)
    if indicator.scheme_id != scheme.pk or indicator.source != Indicator.Source.MANUAL:
        raise RuleError(_("只能退回本方案人工评分的指标，请重新选择。"), field="indicator")
    if MarkReturn.objects.waiting().filter(group=group, indicator=indicator).exists():
        raise RuleError(
            _("“{leaf}”已退回，等部门答复，不必重复退回。").format(leaf=indicator.name),
            field="indicator",
        )
    GroupBalance.objects.filter(group=group, run=Run.objects.latest_finished(scheme)).delete()
    returned = MarkReturn.objects.create(
        group=group, indicator=indicator, reason=reason, returned_by=by
    )
    facts = {"indicator": str(indicator), "group": str(group)}
    audit.record(
        "assessment.return_marks", returned, by=by, after=facts, reason=reason, is_decision=True
    )
    return returned


@transaction.atomic
def keep_marks(returned: MarkReturn, *, reason: str, by: User) -> MarkReturn:
    """The department says why its marks stay as they are."""
    current = MarkReturn.objects.select_for_update(of=("self",)).get(pk=returned.pk)
    if current.answered_at is not None:
        raise RuleError(_("这次退回已经答复，没有改动；请刷新页面看最新情况。"))
    current.answer, current.answered_at, current.answered_by = reason, timezone.now(), by
    current.save(update_fields=["answer", "answered_at", "answered_by"])
    audit.record("assessment.keep_marks", current, by=by, reason=reason, is_decision=True)
    return current


def answer_returns(indicator: Indicator, organisations: set[int], by: User) -> None:
    """Changed marks answer what was sent back for the groups of these units."""
    waiting = MarkReturn.objects.waiting().filter(
        indicator=indicator, group__members__organisation__in=organisations
    )
    keys = list(waiting.values_list("pk", flat=True).distinct())
    MarkReturn.objects.filter(pk__in=keys).update(answered_at=timezone.now(), answered_by=by)


def _locked_in_scoring(scheme_id: int) -> Scheme:
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=scheme_id)
    if scheme.status != Status.SCORING:
        raise RuleError(
            _("方案现在是“{now}”，评分中才能做组内平衡。").format(now=scheme.get_status_display())
        )
    return scheme
