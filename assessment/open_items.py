"""What a scoring department has to mark, for who takes over from its judge."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from accounts.rights import Role
from assessment.models import Indicator, Scheme
from organisations.open_items import OpenItem, register


def count_to_mark(ids: Iterable[int]) -> int:
    return Indicator.objects.filter(
        source=Indicator.Source.MANUAL,
        department__in=ids,
        scheme__status__in=Scheme.OPEN,
    ).count()


register(OpenItem(_("正在评分的指标"), count_to_mark, "assessment:mark_list", role=Role.SCORER))
