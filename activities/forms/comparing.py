"""Two versions of one draft side by side, in words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from activities.actions import DraftConflictError
from activities.forms.report import ActivityForm
from core.templatetags.ui import cn_date
from organisations.models import Organisation
from partnerships.models import ContentKind, JointTag, Partnership

ROWS = {"partnerships": Partnership, "content_kinds": ContentKind, "joint_tags": JointTag}
UNITS = ("reporter", "host", "joint_units")
DATES = ("starts_on", "ends_on")


@dataclass(frozen=True)
class Difference:
    """One field that the two versions fill differently; `takes_saved`: which one was picked."""

    name: str
    label: str
    mine: str
    saved: str
    takes_saved: bool


def compare(
    conflict: DraftConflictError, form: ActivityForm, picked: dict[str, str]
) -> list[Difference]:
    """The fields that differ, in the order of the page."""
    differing = conflict.differing
    return [
        Difference(
            name=name,
            label=str(form.fields[name].label),
            mine=_words(name, conflict.mine[name]),
            saved=_words(name, conflict.saved[name]),
            takes_saved=_takes_saved(conflict, form, name, picked.get(f"pick_{name}", "")),
        )
        for name in form.fields
        if name in differing
    ]


def _takes_saved(conflict: DraftConflictError, form: ActivityForm, name: str, pick: str) -> bool:
    """As picked; at first one's own where this window changed the field, else the saved one.

    Where that is not known: one's own, unless one has left the field empty.
    """
    if pick:
        return pick == "saved"
    has_changed = form.has_changed_here(name, conflict.mine[name])
    if has_changed is not None:
        return not has_changed
    return conflict.mine[name] in (None, "", (), False)


def _words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if value in (None, "", ()):
        return _("（空）")
    if name in DATES:
        return cn_date(value)
    if name in UNITS:
        ids = value if isinstance(value, tuple) else (value,)
        units = Organisation.objects.filter(pk__in=ids).select_related("region__parent")
        return "、".join(unit.full_label for unit in units)
    if name in ROWS:
        return "、".join(str(row) for row in ROWS[name].objects.filter(pk__in=value))
    return str(value)
