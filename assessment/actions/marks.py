"""Manual marks and vetoes. Nobody marks their own unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.balance import note_entry, note_hand
from assessment.actions.mark_cells import Typed, save_cells
from assessment.judging import is_own, kinds_of, own_units
from assessment.models import GroupMember, Indicator, Scheme, ScoringHand, Veto
from assessment.rules.arithmetic import plain
from core import audit
from core.errors import RuleError
from organisations.models import Organisation


@dataclass(frozen=True)
class Mark:
    """What a judge enters for one unit; None takes an earlier mark back."""

    value: Decimal | None
    reason: str = ""


def markable_members(indicator: Indicator, judge: User) -> list[GroupMember]:
    """The units that a judge marks: those the indicator applies to, never their own.

    The villages for which a township acts are its own.
    """
    own, kinds = own_units(judge), kinds_of([indicator.scheme_id])[indicator.pk]
    members = indicator.scheme.members.select_related("group", "organisation__region__parent")
    return [
        member
        for member in members
        if not is_own(member.organisation, own) and (kinds is None or member.kind in kinds)
    ]


def save_marks(indicator: Indicator, marks: Mapping[int, Mark], *, by: User) -> int:
    """Save a judge's marks for several units at once; returns how many changed.

    `marks` maps organisations' numbers to marks. All are saved or none: RuleError names the first
    unit whose mark is out of range, off the step or without its reason, or that this judge may not
    mark.
    """
    typed = {
        (indicator.pk, organisation): Typed(
            "" if mark.value is None else plain(mark.value),
            "" if mark.value is None else mark.reason,
            may_stay=True,
        )
        for organisation, mark in marks.items()
    }
    answers = save_cells(indicator.scheme, typed, is_strict=True, by=by)
    return sum(answer.is_changed for answer in answers.values())


@transaction.atomic
def record_veto(
    scheme: Scheme,
    *,
    organisation: Organisation,
    kind: str,
    reason: str,
    document_number: str,
    by: User,
) -> Veto:
    """Record a veto with its reason and the document it rests on; it counts at the next run."""
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=scheme.pk)
    if scheme.status not in Scheme.OPEN:
        raise RuleError(
            _("方案现在是“{now}”，不能登记否决。").format(now=scheme.get_status_display())
        )
    if not scheme.members.filter(organisation=organisation).exists():
        raise RuleError(_("“{unit}”不在本方案的考核分组里，请核对。").format(unit=organisation))
    if scheme.vetoes.filter(organisation=organisation, kind=kind).exists():
        raise RuleError(_("“{unit}”已有同类否决，不必重复登记。").format(unit=organisation))
    veto = Veto.objects.create(
        scheme=scheme,
        organisation=organisation,
        kind=kind,
        reason=reason,
        document_number=document_number,
        recorded_by=by,
    )
    note_entry(scheme)
    note_hand(scheme, ScoringHand.Kind.VETO, by)
    facts = {"kind": veto.get_kind_display(), "reason": reason, "document": document_number}
    audit.record("assessment.record_veto", veto, by=by, after=facts, is_decision=True)
    return veto


@transaction.atomic
def withdraw_veto(veto: Veto, *, reason: str, by: User) -> None:
    """Take a veto back, with the reason; whoever recorded it keeps a hand in the results."""
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=veto.scheme_id)
    if scheme.status not in Scheme.OPEN:
        raise RuleError(
            _("方案现在是“{now}”，不能撤销否决。").format(now=scheme.get_status_display())
        )
    if not scheme.vetoes.filter(pk=veto.pk).exists():
        raise RuleError(_("这条否决已经撤销，没有改动；请刷新页面看最新情况。"))
    facts = {"kind": veto.get_kind_display(), "reason": veto.reason}
    audit.record(
        "assessment.withdraw_veto", veto, by=by, before=facts, reason=reason, is_decision=True
    )
    veto.delete()
    note_entry(scheme)
    note_hand(scheme, ScoringHand.Kind.VETO, by)
