"""What stands at a line of a sheet: objections to it, earlier years too, the way to file one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment import permissions
from assessment.models import Indicator, ResultNotice, Scheme, Score, ScoreObjection


@dataclass(frozen=True)
class Told:
    """One objection in a few words, with its page where the reader may open it."""

    words: str
    url: str


@dataclass(frozen=True)
class LineObjection:
    """file_url: where one is filed now; empty where none can be."""

    told: tuple[Told, ...]
    file_url: str


def tell_objections(
    indicators: Iterable[Indicator], score: Score, user: Any, *, is_latest: bool
) -> None:
    """Set `line_objection` on every leaf: what was objected to it and whether one can object now.

    A sheet that a correction has overtaken takes none: its words are those of the past.

    At most four queries, however long the sheet is.
    """
    leaves = [indicator for indicator in indicators if indicator.is_leaf]
    mine = Q(organisation=score.organisation_id) | Q(score__organisation=score.organisation_id)
    rows = ScoreObjection.objects.filter(mine, notice__scheme__year__lte=score.run.scheme.year)
    known = list(rows.select_related("indicator", "notice__scheme").order_by("-filed_at", "-pk"))
    may_open = user.can("score_objection.view")
    can_file = is_latest and _can_file(score, user)
    by_code: dict[str, list[ScoreObjection]] = defaultdict(list)
    by_name: dict[str, list[ScoreObjection]] = defaultdict(list)
    for objection in known:
        by_code[objection.indicator.code].append(objection)
        by_name[objection.indicator.name].append(objection)
    for leaf in leaves:
        found = {one.pk: one for one in (*by_code[leaf.code], *by_name[leaf.name])}
        own = [one for one in found.values() if _concerns(one, leaf, score)]
        unsettled = any(one.is_unsettled for one in own if one.indicator_id == leaf.pk)
        leaf.line_objection = LineObjection(
            told=tuple(_told(one, leaf, may_open=may_open) for one in own),
            file_url=_file_url(score, leaf) if can_file and not unsettled else "",
        )


def _concerns(objection: ScoreObjection, leaf: Indicator, score: Score) -> bool:
    """This very line of this year, or the same one of an earlier year."""
    if objection.notice.scheme_id == leaf.scheme_id:
        return objection.indicator_id == leaf.pk
    return objection.notice.scheme.year < score.run.scheme.year


def _told(objection: ScoreObjection, leaf: Indicator, *, may_open: bool) -> Told:
    words = {
        "year": objection.notice.scheme.year,
        "state": objection.get_status_display(),
    }
    is_now = objection.notice.scheme_id == leaf.scheme_id
    text = _("已提出异议：%(state)s") if is_now else _("%(year)d年提出过异议：%(state)s")
    url = reverse("assessment:objection_detail", args=[objection.pk]) if may_open else ""
    return Told(text % words, url)


def _can_file(score: Score, user: Any) -> bool:
    """The notice is on, and the reader is the unit's own liaison."""
    scheme = score.run.scheme
    if scheme.status != Scheme.Status.NOTICE or not user.can("objection.file"):
        return False
    notice = ResultNotice.objects.filter(scheme=scheme).first()
    is_on = notice is not None and notice.is_on(timezone.localdate())
    return is_on and permissions.can_file_objection(user, score.organisation_id)


def _file_url(score: Score, leaf: Indicator) -> str:
    return reverse("assessment:objection_create", args=[score.pk, leaf.pk])
