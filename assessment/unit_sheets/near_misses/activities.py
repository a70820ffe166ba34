"""Activities that did not count."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from activities.models import Activity, Participation
from alliances.models import IndustryLinkage
from assessment.unit_sheets.near_misses.asked import Asked, Finder


def _parts(asked: Asked) -> QuerySet[Participation]:
    return Participation.objects.filter(
        organisation__in=asked.units,
        activity__starts_on__range=asked.days,
        activity__in=Activity.objects.visible_to(asked.user).values("pk"),
    )


def _part_reason(part: Participation, asked: Asked) -> str:
    activity, known = part.activity, asked.query.data_as_of
    if told := _not_accepted(activity, asked):
        return told
    if part.confirmation != Participation.Confirmation.CONFIRMED:
        words = {"state": part.get_confirmation_display()}
        return _("本单位的参加情况是“%(state)s”，确认参加才计入") % words
    if max(activity.reviewed_at, part.confirmed_at) > known:
        return _("这次计算之后才采用或确认，下次计算计入")
    return asked.condition()


def _not_accepted(activity: Activity, asked: Asked) -> str:
    if told := asked.outside(activity.starts_on):
        return told
    states = {
        Activity.Status.DRAFT: _("还是草稿，没有报送"),
        Activity.Status.SUBMITTED: _("已报送，旗创建办还没有采用"),
        Activity.Status.RETURNED: _("已退回，修改后再报送、采用才计入"),
        Activity.Status.ACCEPTED: "",
    }
    return states[Activity.Status(activity.status)]


def _linked(asked: Asked) -> QuerySet[Activity]:
    """Activities of the linkages that the unit leads."""
    led = IndustryLinkage.objects.filter(lead__in=asked.units)
    return Activity.objects.visible_to(asked.user).filter(
        pk__in=Activity.partnerships.through.objects.filter(
            partnership__in=led.values("pk")
        ).values("activity"),
        starts_on__range=asked.days,
    )


def _linked_reason(activity: Activity, asked: Asked) -> str:
    if told := _not_accepted(activity, asked):
        return told
    if not activity.is_themed:
        return _("不是主题活动")
    return _("这次计算之后才采用，下次计算计入")


PARTS = Finder(_parts, _part_reason)
FINDERS = {
    "activities": PARTS,
    "content_kinds": PARTS,
    "active_months": PARTS,
    "linkage_themed_activities": Finder(_linked, _linked_reason),
}
