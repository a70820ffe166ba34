"""The ledger of a scheme's results: exactly the rows of the list, every column."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Value
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessment import permissions
from assessment.filters import ObjectionFilter, ScoreFilter
from assessment.models import Run, Scheme, Score, ScoreLine, ScoreObjection
from assessment.scoring import LineStatus
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
    corrected = ScoreLine.objects.filter(score=OuterRef("pk"), status=LineStatus.CORRECTED)
    rows = rows.annotate(tells_rank=Value(shows_rank), is_corrected=Exists(corrected))
    return ScoreFilter(query, rows, user=user, scheme=run.scheme, shows_rank=shows_rank)


def data_as_of(chosen: ScoreFilter) -> datetime:
    score = chosen.qs.first()
    return score.run.data_as_of if score else timezone.now()


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
        score.veto_words,
        _("更正后") if score.is_corrected else "",
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
            Column(_("更正"), width=9),
            Column(_("第几次计算"), "integer"),
            Column(_("数据截至"), "datetime"),
        ),
        select=select_scores,
        as_row=score_row,
        as_of=data_as_of,
    )
)


def select_objections(user: User, query: QueryDict) -> ObjectionFilter:
    """What the list of objections shows this user for this query."""
    rows = ScoreObjection.objects.visible_to(user).for_list()
    return ObjectionFilter(query, rows)


def objection_row(objection: ScoreObjection) -> tuple[Any, ...]:
    told = objection.is_answered
    return (
        objection.notice.scheme.year,
        objection.organisation.full_label,
        str(objection.indicator),
        objection.text,
        timezone.localtime(objection.filed_at),
        objection.get_status_display(),
        objection.answer if told else "",
        objection.points_before if told else None,
        objection.points_after if told else None,
        objection.confirmed_at if told else None,
    )


OBJECTIONS = register(
    ListExport(
        key="assessment.objection_list",
        title=_("联创共建考核异议台账"),
        columns=(
            Column(_("年度"), width=8),
            Column(_("单位"), width=24),
            Column(_("指标"), width=28),
            Column(_("异议内容"), width=36),
            Column(_("提出时间"), "datetime"),
            Column(_("状态"), width=12),
            Column(_("答复"), width=36),
            Column(_("原得分"), "points"),
            Column(_("更正为"), "points"),
            Column(_("确认时间"), "datetime"),
        ),
        select=select_objections,
        as_row=objection_row,
    )
)
