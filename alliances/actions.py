"""What alliances do beyond proposing: one linkage a system, partner regions, seats, names."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliances.models import IndustryLinkage, RegionalAlliance, RepresentativeMatrix, Seat
from core import audit
from core.errors import RuleError
from organisations.models import Region, TradeSystem
from partnerships.actions import DuplicateError, propose_partnership, revise_partnership
from partnerships.actions.progress import locked
from partnerships.actions.proposing import Roles
from partnerships.models import ContentKind


@transaction.atomic
def propose_linkage(
    linkage: IndustryLinkage, *, roles: Roles, content_kinds: Iterable[ContentKind], by: Any
) -> IndustryLinkage:
    """As `propose_partnership`; a trade system has one linkage at a time, led from within.

    Raises DuplicateError when the system has a linkage in the period already.
    """
    _demand_own_system(linkage)
    _demand_only_one(linkage)
    return propose_partnership(linkage, roles=roles, content_kinds=content_kinds, by=by)


@transaction.atomic
def revise_linkage(
    linkage: IndustryLinkage,
    *,
    version: int,
    roles: Roles,
    content_kinds: Iterable[ContentKind],
    by: Any,
) -> IndustryLinkage:
    """As `partnerships.actions.revise_partnership`, under the rules of `propose_linkage`."""
    _demand_own_system(linkage)
    _demand_only_one(linkage)
    return revise_partnership(
        linkage, version=version, roles=roles, content_kinds=content_kinds, by=by
    )


def _demand_own_system(linkage: IndustryLinkage) -> None:
    own = linkage.lead.trade_system
    if own is not None and own != linkage.trade_system:
        raise RuleError(
            _(
                "“%(unit)s”在单位名册中属于%(own)s系统，不能作%(system)s系统联动的核心单位；"
                "请改选核心单位或行业系统。"
            )
            % {"unit": linkage.lead, "own": own, "system": linkage.trade_system},
            field="lead",
        )


def _demand_only_one(linkage: IndustryLinkage) -> None:
    """Two proposals for one system wait for each other."""
    system = TradeSystem.objects.select_for_update().get(pk=linkage.trade_system_id)
    running = IndustryLinkage.objects.open().overlapping(linkage.starts_on, linkage.ends_on)
    other = running.filter(trade_system=system).exclude(pk=linkage.pk).first()
    if other is not None:
        raise DuplicateError(
            _(
                "%(system)s系统在这段时间已有联动“%(name)s”（%(status)s），"
                "不必重复提出，要加单位请找其核心单位“%(lead)s”。"
            )
            % {
                "system": system,
                "name": other.name,
                "status": other.get_status_display(),
                "lead": other.lead,
            },
            existing=other,
            field="trade_system",
        )


@transaction.atomic
def propose_alliance(
    alliance: RegionalAlliance,
    *,
    roles: Roles,
    content_kinds: Iterable[ContentKind],
    regions: Iterable[Region],
    by: Any,
) -> RegionalAlliance:
    """As `propose_partnership`; the other side is regions or units outside the county, or both."""
    _demand_outside(roles, regions)
    propose_partnership(alliance, roles=roles, content_kinds=content_kinds, by=by)
    alliance.partner_regions.set(regions)
    return alliance


@transaction.atomic
def revise_alliance(
    alliance: RegionalAlliance,
    *,
    version: int,
    roles: Roles,
    content_kinds: Iterable[ContentKind],
    regions: Iterable[Region],
    by: Any,
) -> RegionalAlliance:
    _demand_outside(roles, regions)
    revise_partnership(alliance, version=version, roles=roles, content_kinds=content_kinds, by=by)
    alliance.partner_regions.set(regions)
    return alliance


def _demand_outside(roles: Roles, regions: Iterable[Region]) -> None:
    if not list(regions) and not any(unit.is_external for unit in roles):
        raise RuleError(
            _("区域性联盟要有旗外一方：请至少选一个旗外地区或旗外单位。"), field="partner_regions"
        )


@transaction.atomic
def add_seat(matrix: RepresentativeMatrix, *, seat: Seat, by: Any) -> Seat:
    """Give an organisation's representative a seat (an unsaved row) in an open matrix."""
    row = _open(matrix)
    seat.matrix = matrix
    seat.save()
    audit.record("alliances.add_seat", row, by=by, after=_facts(seat))
    return seat


@transaction.atomic
def change_seat(seat: Seat, *, by: Any) -> Seat:
    """Save a changed seat of an open matrix."""
    row = _open(seat.matrix)
    before = _facts(Seat.objects.select_related("organisation").get(pk=seat.pk))
    seat.save()
    audit.record("alliances.change_seat", row, by=by, before=before, after=_facts(seat))
    return seat


@transaction.atomic
def remove_seat(seat: Seat, *, by: Any) -> None:
    row = _open(seat.matrix)
    before = _facts(seat)
    seat.delete()
    audit.record("alliances.remove_seat", row, by=by, before=before)


@transaction.atomic
def erase_expired_seat_names(*, by: Any) -> int:
    """Erase announced names whose term, or whose matrix, has ended; returns how many.

    Rung every day; a second ring finds nothing. The audit log says which seats, never whose name.
    """
    expired = list(Seat.objects.with_expired_name().for_list().select_for_update(of=("self",)))
    for seat in expired:
        seat.public_name = ""
        seat.save(update_fields=["public_name"])
        audit.record(
            "alliances.erase_seat_name", seat.matrix.partnership_ptr, by=by, after=_facts(seat)
        )
    return len(expired)


def _open(matrix: RepresentativeMatrix) -> Any:
    row = locked(matrix)
    if not row.is_open:
        raise RuleError(_("这个矩阵%s，席位不能再改。") % row.get_status_display())
    return row


def _facts(seat: Seat) -> dict[str, Any]:
    """A seat's facts for the audit log, which keeps them for years: without the name."""
    return audit.snapshot(seat, ["capacity", "organisation", "term_from", "term_until"])
