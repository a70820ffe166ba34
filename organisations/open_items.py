"""What is still open at a unit and passes to a successor, told by the apps that own it.

An app says so in its open_items.py and imports that module in AppConfig.ready:

    register(OpenItem(_("未报送的草稿"), count_drafts, "activities:activity_list", "status=draft"))
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.rights import Role
from organisations.models import VILLAGE_KINDS, Booking, Organisation


@dataclass(frozen=True)
class OpenItem:
    """One kind: `count` takes the ids of the units for which somebody acts."""

    label: Any
    count: Callable[[Iterable[int]], int]
    url_name: str
    query: str = ""
    role: str = Role.LIAISON

    @property
    def url(self) -> str:
        address = reverse(self.url_name)
        return f"{address}?{self.query}" if self.query else address


ITEMS: list[OpenItem] = []


def register(item: OpenItem) -> OpenItem:
    ITEMS.append(item)
    return item


def open_items_of(organisation: Organisation, role: str) -> list[dict[str, Any]]:
    """Label, number and address of each kind, for the unit and the villages it acts for."""
    villages = organisation.subordinates.filter(kind__in=VILLAGE_KINDS)
    ids = [organisation.pk, *villages.values_list("pk", flat=True)]
    return [
        {"label": str(item.label), "count": item.count(ids), "url": item.url}
        for item in ITEMS
        if item.role == role
    ]


def count_waiting_bookings(ids: Iterable[int]) -> int:
    return Booking.objects.waiting().filter(resource__organisation__in=ids).count()


def count_sent_bookings(ids: Iterable[int]) -> int:
    return Booking.objects.waiting().filter(organisation__in=ids).count()


BOOKINGS = "organisations:booking_list"
register(OpenItem(_("待答复的预约"), count_waiting_bookings, BOOKINGS, "side=answer"))
register(OpenItem(_("等对方答复的预约"), count_sent_bookings, BOOKINGS, "side=sent"))
