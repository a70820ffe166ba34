"""Which unit of a scheme a name in a workbook means: full label, short name, former names."""

from django.utils.translation import gettext as _

from assessment.models import Scheme
from assessment.rules import Unreadable
from organisations.matching import UnitIndex
from organisations.models import Organisation


class SchemeUnits:
    """The units of one scheme by name; three queries for any number of names."""

    def __init__(self, scheme: Scheme) -> None:
        members = scheme.members.order_by().values("organisation")
        self._index = UnitIndex(Organisation.objects.filter(pk__in=members))

    def find(self, name: str) -> int:
        """The number of the unit. Raises Unreadable with what is wrong with the name."""
        if not name:
            raise Unreadable(_("没有填单位"))
        match = self._index.find(name)
        if match.pk is not None:
            return match.pk
        if match.namesakes:
            labels = "、".join(self._index.label(pk) for pk in match.namesakes)
            raise Unreadable(_("有几家同名：{labels}；请写明苏木乡镇").format(labels=labels))
        near = "、".join(self._index.label(pk) for pk in match.near)
        if near:
            told = _("本方案里没有“{name}”，名称相近的有：{near}")
            raise Unreadable(told.format(name=name[:30], near=near))
        raise Unreadable(_("本方案里没有“{name}”，请核对名称").format(name=name[:30]))
