"""What a correction will do to totals, ranks and grades, told before it is confirmed."""

from typing import Any

from django.utils.translation import gettext as _

from assessment.actions import Foreseen
from core.templatetags.ui import points


def foreseen_figures(seen: Foreseen | None) -> list[dict[str, Any]]:
    """The unit's total, rank and grade, before and after."""
    if seen is None:
        return []
    old, new = seen.before, seen.after
    return [
        {
            "figure": _moved(points(old.total), points(new.total)),
            "unit": _("分"),
            "label": _("总分"),
        },
        {"figure": _moved(old.rank, new.rank), "unit": "", "label": _("组内名次")},
        {"figure": _moved(old.grade, new.grade), "unit": "", "label": _("等次")},
    ]


def others_text(seen: Foreseen | None) -> str:
    """Whether other units move by it; blank where it is not known."""
    if seen is None:
        return ""
    if not seen.others:
        return _("其他单位的名次和等次不变。")
    return _("另有 {n} 家单位的名次或等次随之改变。").format(n=seen.others)


def _moved(old: Any, new: Any) -> str:
    return f"{old} → {new}" if old != new else f"{new or '—'}"
