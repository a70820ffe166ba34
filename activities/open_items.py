"""What of the activities is open at a unit, for who takes over from its liaison."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Participation, WindowAnswer
from organisations.open_items import OpenItem, register

LIST = "activities:activity_list"


def count_drafts(ids: Iterable[int]) -> int:
    return Activity.objects.filter(reporter__in=ids, status=Activity.Status.DRAFT).count()


def count_returned(ids: Iterable[int]) -> int:
    return Activity.objects.filter(reporter__in=ids, status=Activity.Status.RETURNED).count()


def count_unconfirmed(ids: Iterable[int]) -> int:
    return Participation.objects.filter(
        organisation__in=ids,
        confirmation=Participation.Confirmation.PENDING,
        activity__status__in=[Activity.Status.SUBMITTED, Activity.Status.ACCEPTED],
    ).count()


def count_owed_answers(ids: Iterable[int]) -> int:
    return WindowAnswer.objects.owed().filter(organisation__in=ids).count()


register(OpenItem(_("没报送的草稿"), count_drafts, LIST, "status=draft"))
register(OpenItem(_("退回待改的报送"), count_returned, LIST, "status=returned"))
register(OpenItem(_("待确认的活动"), count_unconfirmed, LIST, "status=waiting"))
WINDOWS = "activities:window_list"
register(OpenItem(_("待答复的填报"), count_owed_answers, WINDOWS, "state=waiting"))
