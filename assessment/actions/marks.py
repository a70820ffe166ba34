"""Manual marks and vetoes. Nobody marks their own unit."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import GroupMember, Indicator, ManualMark, Scheme, Veto
from assessment.rules.manual import Manual
from assessment.specification import rule_of
from core import audit
from core.errors import RuleError
from organisations.models import Organisation
from organisations.models.kinds import VILLAGE_KINDS

MARKABLE = (Scheme.Status.PUBLISHED, Scheme.Status.SCORING)


@dataclass(frozen=True)
class Mark:
    """What a judge enters for one unit; None takes an earlier mark back."""

    value: Decimal | None
    reason: str = ""


def markable_members(indicator: Indicator, judge: User) -> list[GroupMember]:
    """The units that a judge marks: those the indicator applies to, never their own.

    The villages for which a township acts are its own.
    """
    own = {assignment.organisation_id for assignment in judge.current_assignments}
    members = indicator.scheme.members.select_related("group", "organisation__region__parent")
    kinds = indicator.applies_to
    return [
        member
        for member in members
        if not _is_own(member.organisation, own) and (not kinds or member.kind in kinds)
    ]


def _is_own(unit: Organisation, own: Set[int]) -> bool:
    return unit.pk in own or (unit.is_village and unit.superior_id in own)


def markable_counts(judge: User, *, year: int) -> dict[tuple[int, str], int]:
    """How many units of each kind a judge marks: by (scheme, kind), one query."""
    own = [assignment.organisation_id for assignment in judge.current_assignments]
    is_own = Q(organisation__in=own) | Q(
        organisation__superior__in=own, organisation__kind__in=VILLAGE_KINDS
    )
    members = GroupMember.objects.filter(scheme__year=year).exclude(is_own)
    counted = members.order_by().values_list("scheme_id", "kind").annotate(Count("pk"))
    return {(scheme_id, kind): count for scheme_id, kind, count in counted}


@transaction.atomic
def save_marks(indicator: Indicator, marks: Mapping[int, Mark], *, by: User) -> int:
    """Save a judge's marks for several units at once; returns how many changed.

    `marks` maps organisations' numbers to marks. All are saved or none: RuleError names the first
    unit whose mark is out of range or off the step, or that this judge may not mark.
    """
    indicator = Indicator.objects.select_related("scheme").get(pk=indicator.pk)
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=indicator.scheme_id)
    if scheme.status not in MARKABLE:
        raise RuleError(_("方案现在是“{now}”，不能评分。").format(now=scheme.get_status_display()))
    members = {m.organisation_id: m for m in markable_members(indicator, by)}
    for organisation_id, mark in marks.items():
        _check(indicator, members.get(organisation_id), mark)
    before = {
        mark.organisation_id: mark
        for mark in ManualMark.objects.filter(indicator=indicator, marked_by=by)
    }
    changed = {key: mark for key, mark in marks.items() if _is_change(before.get(key), mark)}
    for organisation_id, mark in changed.items():
        _write(indicator, organisation_id, mark, by)
    if changed:
        _record(indicator, before, changed, members, by)
    return len(changed)


def _check(indicator: Indicator, member: GroupMember | None, mark: Mark) -> None:
    if member is None:
        raise RuleError(_("有单位不在本指标的评分范围内，或是本单位；请刷新页面后重填。"))
    rule = rule_of(indicator)
    if mark.value is None or not isinstance(rule, Manual):
        return
    faults = rule.mark_faults(mark.value, indicator.points)
    if faults:
        raise RuleError(f"{member.organisation.full_label}：{faults[0].message.rstrip('。')}。")


def _is_change(old: ManualMark | None, new: Mark) -> bool:
    if old is None:
        return new.value is not None
    return new.value is None or (old.value, old.reason) != (new.value, new.reason)


def _write(indicator: Indicator, organisation_id: int, mark: Mark, by: User) -> None:
    place = {"indicator": indicator, "organisation_id": organisation_id, "marked_by": by}
    if mark.value is None:
        ManualMark.objects.filter(**place).delete()
        return
    facts = {"value": mark.value, "reason": mark.reason, "marked_at": timezone.now()}
    ManualMark.objects.update_or_create(**place, defaults=facts)


def _record(
    indicator: Indicator,
    before: Mapping[int, ManualMark],
    changed: Mapping[int, Mark],
    members: Mapping[int, GroupMember],
    by: User,
) -> None:
    def name(key: int) -> str:
        return members[key].organisation.full_label

    audit.record(
        "assessment.save_marks",
        indicator,
        by=by,
        before={name(key): before[key].value for key in changed if key in before},
        after={name(key): mark.value for key, mark in changed.items()},
        is_decision=True,
    )


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
    if scheme.status not in MARKABLE:
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
    facts = {"kind": veto.get_kind_display(), "reason": reason, "document": document_number}
    audit.record("assessment.record_veto", veto, by=by, after=facts, is_decision=True)
    return veto


@transaction.atomic
def withdraw_veto(veto: Veto, *, reason: str, by: User) -> None:
    """Take a veto back, with the reason; the record of it stays in the audit log."""
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=veto.scheme_id)
    if scheme.status not in MARKABLE:
        raise RuleError(
            _("方案现在是“{now}”，不能撤销否决。").format(now=scheme.get_status_display())
        )
    facts = {"kind": veto.get_kind_display(), "reason": veto.reason}
    audit.record(
        "assessment.withdraw_veto", veto, by=by, before=facts, reason=reason, is_decision=True
    )
    veto.delete()
