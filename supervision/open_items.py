"""What of the inspections is open at a unit, for who takes over from its liaison."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from organisations.open_items import OpenItem, register
from supervision.models import Finding


def count_unrectified(ids: Iterable[int]) -> int:
    open_ones = Finding.objects.in_state(Finding.State.OPEN)
    return open_ones.filter(inspection__organisation__in=ids).count()


register(
    OpenItem(_("待整改的问题"), count_unrectified, "supervision:inspection_list", "state=waiting")
)
