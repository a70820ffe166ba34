"""Naming, renewal, withdrawal, correction: proposed by staff, approved by the director.

Approval carries the decision out at once; every check is made at both moments, for what was true
when it was proposed need not be true any more.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.days import last_day_of_years
from core.errors import RuleError
from core.templatetags.ui import cn_date
from demonstrations.actions.checks import (
    check_after_last_step,
    check_authority,
    check_day,
    demand_no_open_decision,
    first_holder,
    lock_title,
    take_step,
)
from demonstrations.actions.notices import check_notice_over
from demonstrations.models import Title, TitleDecision, TitleRule, TitleStep

Kind = TitleDecision.Kind
DECISION_FACTS = (
    "kind",
    "authority",
    "document_number",
    "decided_on",
    "valid_until",
    "reason",
    "status",
)
# The status to which each kind leads (a correction leaves it) and those from which it may.
LEADS_TO = {
    Kind.NAME: Title.Status.NAMED,
    Kind.RENEW: Title.Status.NAMED,
    Kind.WITHDRAW: Title.Status.WITHDRAWN,
}
COMES_FROM = {
    Kind.NAME: (Title.Status.NOTICED,),
    Kind.RENEW: (Title.Status.REVIEWING,),
    Kind.WITHDRAW: (Title.Status.NAMED, Title.Status.REVIEWING, Title.Status.RECTIFYING),
    Kind.CORRECT: (Title.Status.NAMED, Title.Status.REVIEWING, Title.Status.RECTIFYING),
}
STEP_OF = {
    Kind.NAME: TitleStep.Deed.NAMED,
    Kind.RENEW: TitleStep.Deed.RENEWED,
    Kind.WITHDRAW: TitleStep.Deed.WITHDRAWN,
    Kind.CORRECT: TitleStep.Deed.CORRECTED,
}


@dataclass(frozen=True)
class DecisionFacts:
    """What the document says. `valid_until` None takes the term of the level's rule."""

    authority: str
    document_number: str
    decided_on: date
    valid_until: date | None = None
    reason: str = ""


@transaction.atomic
def propose_decision(title: Title, *, kind: str, facts: DecisionFacts, by: User) -> TitleDecision:
    """Hand a decision to the director; nothing changes until it is approved."""
    current = lock_title(title)
    decision = TitleDecision(
        title=current,
        kind=kind,
        authority=facts.authority,
        document_number=facts.document_number,
        decided_on=facts.decided_on,
        valid_until=_term(current, kind, facts),
        reason=facts.reason,
        proposed_by=by,
    )
    demand_kind(current, kind)
    demand_no_open_decision(current)
    _check(current, decision)
    decision.save()
    _record("propose_decision", decision, by)
    return decision


@transaction.atomic
def approve_decision(decision: TitleDecision, *, by: User) -> TitleDecision:
    """Approve, never one's own proposal, and carry it out."""
    title = lock_title(decision.title)
    current = _lock(decision, TitleDecision.Status.APPROVED)
    if current.proposed_by_id == by.pk:
        raise RuleError(_("不能审批自己提请的事项，请由另一位负责人审批。"))
    demand_kind(title, current.kind)
    _check(title, current)
    _answer(current, TitleDecision.Status.APPROVED, by)
    _carry_out(title, current)
    take_step(
        title,
        STEP_OF[Kind(current.kind)],
        by,
        done_on=current.decided_on,
        document_number=current.document_number,
        remark=current.reason,
        decision=current,
    )
    _record("approve_decision", current, by)
    return current


@transaction.atomic
def return_decision(decision: TitleDecision, *, reason: str, by: User) -> TitleDecision:
    """Back to who proposed it, with the reason; the title stays as it is."""
    lock_title(decision.title)
    current = _lock(decision, TitleDecision.Status.RETURNED)
    _answer(current, TitleDecision.Status.RETURNED, by, reason)
    _record("return_decision", current, by, reason)
    return current


def demand_kind(title: Title, kind: str) -> None:
    if title.status not in COMES_FROM[Kind(kind)]:
        raise RuleError(
            _("这个示范现在是“%(now)s”，不能办理%(kind)s；请刷新页面看最新情况。")
            % {"now": title.get_status_display(), "kind": Kind(kind).label}
        )


def proposed_term(title: Title, decided_on: date) -> date:
    """Until when the rule of the level would have the title last."""
    return last_day_of_years(decided_on, TitleRule.objects.of(title.level).validity_years)


def _term(title: Title, kind: str, facts: DecisionFacts) -> date | None:
    if kind == Kind.WITHDRAW:
        return None
    if kind == Kind.CORRECT:
        return facts.valid_until
    return facts.valid_until or proposed_term(title, facts.decided_on)


def _check(title: Title, decision: TitleDecision) -> None:
    """All that the rules ask of this decision on this title, now."""
    day, kind = decision.decided_on, decision.kind
    check_authority(title.level, decision.authority)
    holder = first_holder(title) if kind == Kind.CORRECT else title.organisation
    check_day(day, holder, "decided_on", _("决定日期"))
    if kind == Kind.CORRECT:
        _check_correction(title, day)
    else:
        check_after_last_step(title, day, "decided_on", _("决定日期"))
    if kind == Kind.NAME:
        check_notice_over(title, day)
        check_quotas(title, day)
    if decision.valid_until and decision.valid_until <= day:
        raise RuleError(_("有效期早于决定日期，请核对两个日期。"), field="valid_until")
    if kind == Kind.RENEW and title.valid_until and decision.valid_until <= title.valid_until:
        raise RuleError(
            _("续命后的有效期应晚于现在的%s。") % cn_date(title.valid_until), field="valid_until"
        )
    if kind in (Kind.WITHDRAW, Kind.CORRECT) and not decision.reason.strip():
        raise RuleError(_("请写明原因。"), field="reason")


def _check_correction(title: Title, named_on: date) -> None:
    """The corrected day stands between the steps before the naming and those after it."""
    naming = title.steps.filter(deed=TitleStep.Deed.NAMED).last()
    if naming is None:
        return
    # Corrections stand at the naming's own place in time, whenever they were made.
    others = title.steps.exclude(deed__in=(TitleStep.Deed.CORRECTED, *TitleStep.OF_HOLDER))
    before, after = others.filter(pk__lt=naming.pk).first(), others.filter(pk__gt=naming.pk).last()
    if (before and named_on < before.done_on) or (after and named_on > after.done_on):
        step = before if before and named_on < before.done_on else after
        raise RuleError(
            _("更正后的命名日期与“%(step)s”（%(day)s）前后颠倒，请核对。")
            % {"step": step.get_deed_display(), "day": cn_date(step.done_on)},
            field="decided_on",
        )


def check_quotas(title: Title, day: date) -> None:
    """That the year and the batch of this level still have a place; said in numbers."""
    # Held until the deed is done: two namings at once must not both take the last place.
    rule = TitleRule.objects.select_for_update().of(title.level)
    named = Title.objects.given().filter(level=title.level)
    spans = [
        (rule.year_quota, named.filter(named_on__year=day.year), _("%d 年") % day.year),
        (rule.batch_quota, named.filter(batch=title.batch), title.batch),
    ]
    for quota, taken, label in spans:
        if quota is None:
            continue
        count = taken.count()
        if count >= quota:
            raise RuleError(
                _("%(label)s%(level)s示范名额 %(quota)d 个，已命名 %(count)d 个，没有空余名额。")
                % {
                    "label": label,
                    "level": title.get_level_display(),
                    "quota": quota,
                    "count": count,
                }
            )


def _lock(decision: TitleDecision, wanted: str) -> TitleDecision:
    current = TitleDecision.objects.select_for_update().get(pk=decision.pk)
    if not current.can_become(wanted):
        raise RuleError(
            _("这项%(kind)s%(status)s，没有再办一遍；请刷新页面看最新情况。")
            % {"kind": current.get_kind_display(), "status": current.get_status_display()}
        )
    return current


def _answer(decision: TitleDecision, status: str, by: User, reason: str = "") -> None:
    decision.status, decision.return_reason = status, reason
    decision.answered_at, decision.answered_by = timezone.now(), by
    decision.save(update_fields=["status", "return_reason", "answered_at", "answered_by"])


def _carry_out(title: Title, decision: TitleDecision) -> None:
    """Names, renews, withdraws or corrects: the title becomes what was decided."""
    changes: dict[str, Any] = {"status": LEADS_TO.get(Kind(decision.kind), title.status)}
    if decision.kind in (Kind.NAME, Kind.CORRECT):
        changes |= {
            "authority": decision.authority,
            "document_number": decision.document_number,
            "named_on": decision.decided_on,
        }
    if decision.kind == Kind.WITHDRAW:
        changes["rectify_due_on"] = None
    else:
        changes["valid_until"] = decision.valid_until
    for field, value in changes.items():
        setattr(title, field, value)
    title.save(update_fields=[*changes, "updated_at"])


def _record(verb: str, decision: TitleDecision, by: User, reason: str = "") -> None:
    # Filed under the title: its history is read as a whole.
    audit.record(
        f"demonstrations.{verb}",
        decision.title,
        by=by,
        after=audit.snapshot(decision, DECISION_FACTS),
        reason=reason,
        is_decision=True,
    )
