"""Proposing a partnership and changing it before it starts: the members are asked."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleError
from core.models import AuditRecord
from core.templatetags.ui import cn_date, cn_datetime
from organisations.models import Organisation
from partnerships.actions.progress import locked
from partnerships.models import ContentKind, Member, Partnership

Roles = Mapping[Organisation, str]

OWN_FIELDS = ["name", "lead", "starts_on", "ends_on", "aim", "budget_asked", "parent"]
FACTS = [*OWN_FIELDS, "budget_granted"]
# Who agreed to something else than this must be asked again.
AGREED_ON = ["lead", "starts_on", "ends_on"]


class DuplicateError(RuleError):
    """The same is under way already: `existing` is where."""

    def __init__(self, message: str, *, existing: Partnership, field: str = "") -> None:
        super().__init__(message, field=field)
        self.existing = existing


class StaleError(RuleError):
    """Somebody saved in between: `version` is what the next save must name."""

    def __init__(self, message: str, *, version: int) -> None:
        super().__init__(message)
        self.version = version


@transaction.atomic
def propose_partnership(
    partnership: Partnership, *, roles: Roles, content_kinds: Iterable[ContentKind], by: Any
) -> Partnership:
    """Save a new partnership (an unsaved child row) and ask its members.

    Units for which `by` may answer have agreed by proposing. Raises RuleError when a unit has
    ended or `by` may propose for none of them.
    """
    lock_organisations(roles)
    _demand_reach(roles, by)
    _demand_active(roles, partnership)
    partnership.proposed_by = by
    partnership.save()
    partnership.content_kinds.set(content_kinds)
    _ask(partnership, roles, by)
    audit.record(
        "partnerships.propose_partnership",
        _base(partnership),
        by=by,
        after=_facts(partnership) | {"members": [str(unit) for unit in roles]},
    )
    return partnership


@transaction.atomic
def revise_partnership(
    partnership: Partnership,
    *,
    version: int,
    roles: Roles,
    content_kinds: Iterable[ContentKind],
    by: Any,
) -> Partnership:
    """Save a changed child row while it is only proposed.

    `version` is the one the editor began with. New members are asked; when the lead, the period or
    the form's own facts change, everybody who had agreed is asked again; when another sum is asked
    for, what was granted is taken back. Raises StaleError when somebody saved in between, RuleError
    as `propose_partnership`.
    """
    stored = locked(partnership).details
    _demand_unchanged(stored, version)
    lock_organisations(roles)
    _demand_reach(roles, by)
    known = set(stored.members.values_list("organisation_id", flat=True))
    _demand_active([unit for unit in roles if unit.pk not in known], partnership)
    before = _facts(stored)
    partnership.version = version + 1
    same_sum = stored.budget_asked == partnership.budget_asked
    partnership.budget_granted = stored.budget_granted if same_sum else None
    partnership.save(update_fields=[*FACTS, *_columns(partnership), "version"])
    partnership.content_kinds.set(content_kinds)
    after = _facts(partnership)
    _change_members(partnership, roles, by, ask_again=_is_another_matter(stored, partnership))
    changed = {key for key in after if before[key] != after[key]}
    audit.record(
        "partnerships.revise_partnership",
        _base(partnership),
        by=by,
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed} | {"members": [str(unit) for unit in roles]},
        is_decision="budget_granted" in changed,
    )
    return partnership


@transaction.atomic
def remove_proposal(partnership: Partnership, *, by: Any) -> None:
    """Take a proposal back as if it had never been made, as long as nobody has acted on it.

    Raises RuleError when it has started, a unit has answered, or something hangs on it.
    """
    row = locked(partnership)
    if told := _acted_on(row):
        raise RuleError(told)
    before = _facts(row.details)
    audit.record("partnerships.remove_proposal", row, by=by, before=before)
    row.delete()


def _acted_on(row: Partnership) -> str:
    if not row.is_proposed:
        words = _("“%(name)s”现在是“%(status)s”，不能撤销；不再做请在项目页取消。")
        return words % {"name": row, "status": row.get_status_display()}
    answers = row.members.exclude(consent=Member.Consent.PENDING)
    if answers.exclude(consent_by=row.proposed_by_id).exists():
        return _("“%s”已有单位答复，不能撤销；不再做请在项目页取消。") % row
    if (
        row.budget_granted is not None
        or row.milestones.exists()
        or row.activities.exists()
        or row.details.panel_rows()
    ):
        return _("“%s”已登记了计划、席位、经费或活动，不能撤销；不再做请在项目页取消。") % row
    return ""


def lock_organisations(roles: Iterable[Organisation]) -> None:
    """Two proposals that share a unit wait for each other, in the same order."""
    units = Organisation.objects.select_for_update().filter(pk__in=[unit.pk for unit in roles])
    list(units.order_by("pk").values_list("pk"))


def _demand_reach(roles: Roles, by: Any) -> None:
    mine = Organisation.objects.within(by, "partnership.propose")
    if not mine.filter(pk__in=[unit.pk for unit in roles]).exists():
        raise RuleError(
            _("所选单位中没有您可以代为提出的单位，请把本单位选为牵头或成员。"), field="lead"
        )


def _demand_active(roles: Iterable[Organisation], partnership: Partnership) -> None:
    day = max(timezone.localdate(), partnership.starts_on)
    for unit in roles:
        if not unit.is_active_on(day):
            ended = unit.valid_until is not None and unit.valid_until < day
            when = cn_date(unit.valid_until if ended else unit.valid_from)
            words = _("“%(unit)s”%(when)s停用") if ended else _("“%(unit)s”%(when)s才启用")
            why = words % {"unit": unit.short_name, "when": when}
            raise RuleError(_("%s，不能参加这个项目，请改选现在的单位。") % why)


def _demand_unchanged(stored: Partnership, version: int) -> None:
    if not stored.is_proposed:
        raise RuleError(
            _("这个项目现在是“%s”，内容不能再改；计划和协议可在项目页维护。")
            % stored.get_status_display()
        )
    if stored.version == version:
        return
    last = AuditRecord.objects.filter(
        verb="partnerships.revise_partnership",
        subject_type=Partnership._meta.label,
        subject_id=str(stored.pk),
    ).first()
    raise StaleError(
        _(
            "您打开后，%(by)s在%(at)s改过这个项目，现为：%(now)s。"
            "您填写的内容都还在，核对后再次保存就以您的为准。"
        )
        % {"by": last.by_name, "at": cn_datetime(last.at), "now": _in_words(stored)},
        version=stored.version,
    )


def _in_words(stored: Partnership) -> str:
    until = cn_date(stored.ends_on) if stored.ends_on else _("未定")
    members = "、".join(str(member.organisation) for member in stored.members.for_list())
    return _("名称“%(name)s”，%(from)s至%(until)s，成员%(members)s") % {
        "name": stored.name,
        "from": cn_date(stored.starts_on),
        "until": until,
        "members": members,
    }


def _ask(partnership: Partnership, roles: Roles, by: Any) -> None:
    """New members; the proposer's own units have said yes with the proposal."""
    own = _answered_by(by, roles)
    agreed = {"consent": Member.Consent.AGREED, "consent_at": timezone.now(), "consent_by": by}
    Member.objects.bulk_create(
        Member(
            partnership=_base(partnership),
            organisation=unit,
            role=role,
            **(agreed if unit.pk in own else {}),
        )
        for unit, role in roles.items()
    )


def _change_members(partnership: Partnership, roles: Roles, by: Any, *, ask_again: bool) -> None:
    """Who declined stays in the record; named anew, they are asked anew."""
    members = partnership.members
    kept = {member.organisation_id: member for member in members.all()}
    left_out = members.exclude(organisation__in=[unit.pk for unit in roles])
    left_out.exclude(consent__in=Member.LEFT).delete()
    for unit, role in roles.items():
        if unit.pk in kept and kept[unit.pk].role != role:
            members.filter(organisation=unit).update(role=role)
    again = [Member.Consent.DECLINED, *([Member.Consent.AGREED] if ask_again else [])]
    members.filter(consent__in=again, organisation__in=[unit.pk for unit in roles]).exclude(
        organisation__in=_answered_by(by, roles)
    ).update(consent=Member.Consent.PENDING, consent_at=None, consent_by=None, consent_note="")
    _ask(partnership, {unit: role for unit, role in roles.items() if unit.pk not in kept}, by)


def _answered_by(by: Any, roles: Iterable[Organisation]) -> set[int]:
    mine = Organisation.objects.within(by, "partnership.consent")
    return set(mine.filter(pk__in=[unit.pk for unit in roles]).values_list("pk", flat=True))


def _is_another_matter(stored: Partnership, partnership: Partnership) -> bool:
    fields = [*AGREED_ON, *_columns(partnership)]
    return any(getattr(stored, name) != getattr(partnership, name) for name in fields)


def _columns(partnership: Partnership) -> list[str]:
    """The form's own facts that are columns of the child row."""
    fields = (partnership._meta.get_field(name) for name in partnership.FACT_FIELDS)
    return [field.name for field in fields if not field.many_to_many]


def _facts(partnership: Partnership) -> dict[str, Any]:
    return audit.snapshot(partnership, [*FACTS, *_columns(partnership)])


def _base(partnership: Partnership) -> Partnership:
    """The audit log knows one subject for all forms."""
    return partnership.partnership_ptr
