"""Proposing pairings: the members' kinds fit the type, and nobody is paired twice."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleError
from organisations.models import Organisation
from pairings.models import Pairing
from pairings.scoring import FITS, are_paired, misfit_sentence, wrong_region_sentence
from partnerships.actions import DuplicateError, propose_partnership, revise_partnership
from partnerships.actions.proposing import Roles, lock_organisations
from partnerships.models import ContentKind


@transaction.atomic
def propose_pairing(
    pairing: Pairing, *, roles: Roles, content_kinds: Iterable[ContentKind], by: Any
) -> Pairing:
    """Save a new pairing (unsaved, with type, lead and period) and ask its members.

    Raises RuleError when the members' kinds do not fit the type (the notice, 二（一）),
    DuplicateError when two of them are paired already in the period.
    """
    _demand_fit(pairing, roles)
    _demand_new(pairing, roles)
    return propose_partnership(pairing, roles=roles, content_kinds=content_kinds, by=by)


@transaction.atomic
def revise_pairing(
    pairing: Pairing,
    *,
    version: int,
    roles: Roles,
    content_kinds: Iterable[ContentKind],
    by: Any,
) -> Pairing:
    """As `partnerships.actions.revise_partnership`, under the rules of `propose_pairing`."""
    _demand_fit(pairing, roles)
    _demand_new(pairing, roles)
    return revise_partnership(
        pairing, version=version, roles=roles, content_kinds=content_kinds, by=by
    )


def _demand_fit(pairing: Pairing, roles: Roles) -> None:
    """The dimension follows from the type: it is set here and asked of nobody."""
    outside = [unit.region.code for unit in roles if unit.kind == Organisation.Kind.OUTSIDE_REGION]
    sentence = misfit_sentence(pairing.type, [unit.kind for unit in roles])
    sentence = sentence or wrong_region_sentence(pairing.type, outside)
    if sentence:
        raise RuleError(sentence, field="partners")
    pairing.dimension = FITS[pairing.type].dimension


def _demand_new(pairing: Pairing, roles: Roles) -> None:
    """The lead and another member must not be lead and member of a pairing that goes on already."""
    lock_organisations(roles)
    running = Pairing.objects.open().overlapping(pairing.starts_on, pairing.ends_on)
    others = running.for_unit(pairing.lead).exclude(pk=pairing.pk)
    for unit in roles:
        other = others.for_unit(unit).filter(lead__in=[pairing.lead, unit]).first()
        if unit == pairing.lead or other is None:
            continue
        if are_paired(other.type, unit.kind, pairing.lead.kind):
            raise DuplicateError(
                _("%(one)s与%(other)s在这段时间已有结对“%(name)s”（%(status)s），不必重复结对。")
                % {
                    "one": pairing.lead,
                    "other": unit,
                    "name": other.name,
                    "status": other.get_status_display(),
                },
                existing=other,
                field="partners",
            )
