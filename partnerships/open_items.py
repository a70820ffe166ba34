"""What of the partnerships is open at a unit, for who takes over from its liaison."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from organisations.open_items import OpenItem, register
from partnerships.models import Member, Partnership

LIST = "partnerships:partnership_list"


def count_unanswered(ids: Iterable[int]) -> int:
    return Member.objects.filter(
        organisation__in=ids,
        consent=Member.Consent.PENDING,
        partnership__status__in=Partnership.OPEN,
    ).count()


def count_running(ids: Iterable[int]) -> int:
    return Partnership.objects.filter(lead__in=ids, status=Partnership.Status.ACTIVE).count()


register(OpenItem(_("待答复的结对邀请"), count_unanswered, LIST, "status=proposed"))
register(OpenItem(_("牵头实施中的联创项目"), count_running, LIST, "status=active"))
