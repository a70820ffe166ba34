"""What the office makes of an activity beside accepting it, and how a change of it is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from activities.models import Activity
from core.templatetags.ui import points

CHANGED = "activities.change_rating"
"""The verb under which the audit log has a change."""


@dataclass(frozen=True)
class Rating:
    """质量等次 (one of Activity.Quality, or empty) and 难度系数."""

    quality: str = ""
    difficulty: Decimal = Decimal(1)

    @classmethod
    def of(cls, activity: Activity) -> "Rating":
        return cls(activity.quality, activity.difficulty)

    @property
    def facts(self) -> dict[str, Any]:
        return {"quality": self.quality, "difficulty": self.difficulty}


def told_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """质量等次 一般 → 优秀，难度系数 1 → 1.2: what the log has, as people read it."""
    told = []
    if before["quality"] != after["quality"]:
        words = {"before": _quality(before), "after": _quality(after)}
        told.append(_("质量等次 %(before)s → %(after)s") % words)
    if Decimal(before["difficulty"]) != Decimal(after["difficulty"]):
        words = {
            name: points(Decimal(facts["difficulty"]))
            for name, facts in (("before", before), ("after", after))
        }
        told.append(_("难度系数 %(before)s → %(after)s") % words)
    return "，".join(told)


def _quality(facts: Mapping[str, Any]) -> str:
    quality = facts["quality"]
    return str(Activity.Quality(quality).label) if quality else _("不评")
