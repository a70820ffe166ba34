"""Reports that may be about the same event: told to the reporter before sending, and to the
reviewer. A hint for people, never a verdict.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from enum import Enum

from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from activities.models.attachment import Attachment
from activities.models.participation import Participation
from organisations.search import fold

# Measured on titles such as 端午节联欢 / 端午节联欢活动: below this only common words are alike.
ALIKE = 0.6
NEARBY = timedelta(days=1)
SHORTEST_PLACE = 3
NO_WORD = re.compile(r"[\W_\d]+")


class Likeness(Enum):
    PLACE = _("时间、单位、地点相同")
    TITLE = _("时间、单位相同，名称相近")
    PHOTO = _("用了同一个附件")


@dataclass(frozen=True)
class Double:
    """Another report that may be the same event. `is_denied`: the reporter has said it is not."""

    activity: Activity
    likeness: Likeness
    is_denied: bool

    @property
    def reason(self) -> str:
        return str(self.likeness.value)


def likeness_of(one: Activity, other: Activity) -> Likeness | None:
    """What speaks for one event, where two reports share the time and a unit."""
    if is_same_place(one.place, other.place):
        return Likeness.PLACE
    return Likeness.TITLE if are_alike(one.title, other.title) else None


def likely_doubles(activity: Activity) -> list[Double]:
    """Other sent reports that may be this one, in the order of their dates; three queries.

    Same day give or take one, a unit in common, and the same place or an alike title; or the same
    file, whatever the day.
    """
    found = {other.pk: Double(other, Likeness.PHOTO, False) for other in _sharing_a_file(activity)}
    for other in _near_in_time(activity):
        if likeness := likeness_of(other, activity):
            found[other.pk] = Double(other, likeness, False)
    denied = set(activity.distinct_from.values_list("pk", flat=True)) if found else set()
    doubles = [
        Double(double.activity, double.likeness, pk in denied) for pk, double in found.items()
    ]
    return sorted(doubles, key=lambda double: (double.activity.starts_on, double.activity.pk))


def _others(activity: Activity) -> models.QuerySet[Activity]:
    sent = Activity.objects.exclude(pk=activity.pk).exclude(status=Activity.Status.DRAFT)
    return sent.select_related("reporter__region__parent")


def _near_in_time(activity: Activity) -> models.QuerySet[Activity]:
    if activity.starts_on is None:
        return Activity.objects.none()
    units = Participation.objects.filter(activity=activity).values("organisation_id")
    sharing = Participation.objects.filter(organisation__in=units).values("activity_id")
    span = (activity.starts_on - NEARBY, activity.starts_on + NEARBY)
    return _others(activity).filter(starts_on__range=span, pk__in=sharing)


def _sharing_a_file(activity: Activity) -> models.QuerySet[Activity]:
    files = Attachment.objects.filter(activity=activity).values("sha256")
    same = Attachment.objects.filter(sha256__in=files).values("activity_id")
    return _others(activity).filter(pk__in=same)


def is_same_place(one: str, other: str) -> bool:
    """八仙筒镇文化广场 and 文化广场 may be one place; two characters alone say too little."""
    shorter, longer = sorted((_bare(one), _bare(other)), key=len)
    return len(shorter) >= SHORTEST_PLACE and shorter in longer


def are_alike(one: str, other: str) -> bool:
    """Do two titles name the same thing? Signs, figures, width and case do not matter."""
    first, second = _bare(one), _bare(other)
    if not first or not second:
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _bare(text: str) -> str:
    return NO_WORD.sub("", fold(text))
