"""The records behind one line of a unit's sheet."""

from typing import Any

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessment import permissions
from assessment.models import Indicator, ManualMark, Score, ScoreLine
from assessment.rules import Outcome, Role, show_value
from assessment.specification import measure_of, rule_of
from assessment.unit_sheets import Evidence, evidence_of
from assessment.views.scores import visible_score
from core.access import requires
from core.pages import paginate, render_page


@require_safe
@requires("score.view")
def evidence_list(request: HttpRequest, pk: int, indicator_pk: int) -> HttpResponse:
    """What was counted for a unit under one indicator: rule, count, cut-off, and every record."""
    score = visible_score(request, pk)
    line = _leaf_line(score, indicator_pk)
    indicator = line.indicator
    rule = rule_of(indicator)
    measure = measure_of(indicator)
    outcome = Outcome.from_json(line.outcome) if line.outcome else None
    context = {
        "score": score,
        "run": score.run,
        "line": line,
        "indicator": indicator,
        "rule": rule.describe(indicator.points, measure, Role(indicator.role)) if rule else "",
        "value": show_value(outcome.value, measure) if outcome else "",
    }
    if outcome is not None and indicator.source == Indicator.Source.METRIC:
        context |= _records(request, score, indicator, outcome)
    elif outcome is not None and indicator.source == Indicator.Source.MANUAL:
        context |= _marks(request, score, indicator, outcome)
    return render_page(request, "assessment/evidence_list.html", context)


def _leaf_line(score: Score, indicator_pk: int) -> ScoreLine:
    found = [line for line in score.lines.all() if line.indicator_id == indicator_pk]
    if not found or not found[0].indicator.is_leaf:
        raise Http404
    return found[0]


def _records(
    request: HttpRequest, score: Score, indicator: Indicator, outcome: Outcome
) -> dict[str, Any]:
    evidence = evidence_of(score.run, indicator, score.organisation_id, request.user)
    page = paginate(request, evidence.rows)
    return {
        "evidence": evidence,
        "page": page,
        "records": [evidence.presenter.read(row) for row in page],
        "summary": _summary(evidence, page, measure_of(indicator)),
        "has_changed": evidence.value != outcome.value,
    }


def _summary(evidence: Evidence, page: Page, measure: str) -> str:
    """3 条记录，每条计 1 次; 3 条记录，共 9 家，每家只计一次."""
    words = {"records": page.paginator.count, "value": evidence.value, "measure": measure}
    if evidence.counts_records:
        return _("%(records)s 条记录，每条计 1 %(measure)s") % words
    return _("%(records)s 条记录，共 %(value)s %(measure)s，每%(measure)s只计一次") % words


def _marks(
    request: HttpRequest, score: Score, indicator: Indicator, outcome: Outcome
) -> dict[str, Any]:
    """The marks as they are now; who gave them is told to the office alone."""
    marks = list(
        ManualMark.objects.filter(indicator=indicator, organisation=score.organisation_id)
        .select_related("marked_by")
        .order_by("pk")
    )
    return {
        "marks": marks,
        "shows_judges": permissions.can_see_judges(request.user),
        "has_changed": tuple(mark.value for mark in marks) != outcome.value,
    }
