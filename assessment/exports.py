"""The ledger of a scheme's results: exactly the rows of the list, every column."""

from datetime import datetime
from typing import Any

from django.db.models import Value
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessment import permissions
from assessment.filters import ScoreFilter
from assessment.models import Run, Scheme, Score, Veto
from core.exports import ListExport, register
from core.sheets import Column


def select_scores(user: User, query: QueryDict) -> ScoreFilter:
    """What the list shows this user for this query; `scheme` in it says of which scheme."""
    number = query.get("scheme", "")
    schemes = Scheme.objects.visible_to(user)
    scheme = schemes.filter(pk=number).first() if number.isdecimal() else None
    run = Run.objects.latest_finished(scheme) if scheme else None
    if run is None:
        raise Http404
    return scores_of(run, user, query)


def scores_of(run: Run, user: User, query: QueryDict) -> ScoreFilter:
    """The results of a run that the user may see, as the query narrows and sorts them."""
    shows_rank = permissions.can_see_ranks(user, is_formal=run.is_formal())
    rows = run.scores.visible_to(user).for_list().with_names()
    rows = rows.annotate(tells_rank=Value(shows_rank))
    return ScoreFilter(query, rows, user=user, scheme=run.scheme, shows_rank=shows_rank)


def data_as_of(chosen: ScoreFilter) -> datetime:
    score = chosen.qs.first()
    return score.run.data_as_of if score else timezone.now()


def veto_words(score: Score) -> str:
    return "、".join(str(Veto.Kind(kind).label) for kind, _reason in score.vetoes)


def score_row(score: Score) -> tuple[Any, ...]:
    return (
        score.group.name,
        score.unit_label,
        score.get_kind_display(),
        score.base,
        score.bonus,
        score.deduction,
        score.total,
        score.rank if score.tells_rank else None,
        score.grade if score.tells_rank else _("审定后公布"),
        veto_words(score),
        score.run.number,
        score.run.data_as_of,
    )


SCORES = register(
    ListExport(
        key="assessment.score_list",
        title=_("联创共建考核得分台账"),
        columns=(
            Column(_("考核分组"), width=18),
            Column(_("单位"), width=24),
            Column(_("类型"), width=14),
            Column(_("基础分"), "points"),
            Column(_("加分"), "points"),
            Column(_("扣分"), "points"),
            Column(_("总分"), "points"),
            Column(_("组内名次"), "integer"),
            Column(_("等次"), width=12),
            Column(_("否决"), width=12),
            Column(_("第几次计算"), "integer"),
            Column(_("数据截至"), "datetime"),
        ),
        select=select_scores,
        as_row=score_row,
        as_of=data_as_of,
    )
)
