"""How far a right reaches: one place that turns the table of rights into a query."""

from typing import Any

from django.db.models import Q

from accounts.rights import Scope
from organisations.models.kinds import VILLAGE_KINDS
from organisations.models.region import code_range


def organisation_scope(user: Any, action: str, path: str = "") -> Q:
    """The organisations over which `user` holds `action`, as a condition.

    `path` leads to the organisation from the model that is filtered (`"organisation"`,
    `"members__organisation"`); empty when organisations themselves are filtered. A user without
    the right gets a condition that nothing fulfils. Raises KeyError for an unknown action.
    """
    lead = f"{path}__" if path else ""
    reach = Q(pk__in=[])
    for grant in user.grants(action):
        if grant.scope == Scope.ALL:
            return Q()
        reach |= _reach(grant, path, lead)
    return reach


def _reach(grant: Any, path: str, lead: str) -> Q:
    organisation = grant.organisation
    if grant.scope == Scope.OWN:
        return _own(organisation, path or "pk", lead)
    region = organisation.region
    prefix = region.county_prefix if grant.scope == Scope.COUNTY else region.prefix
    low, high = code_range(prefix)
    return Q(**{f"{lead}region__code__gte": low, f"{lead}region__code__lte": high})


def _own(organisation: Any, key: str, lead: str) -> Q:
    """The organisation itself, what it has succeeded, and the villages for which it acts."""
    villages = {f"{lead}superior": organisation.pk, f"{lead}kind__in": VILLAGE_KINDS}
    before = {f"{lead}successor": organisation.pk}
    return Q(**{key: organisation.pk}) | Q(**villages) | Q(**before)
