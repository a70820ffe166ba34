"""The records behind one line of a unit's sheet."""

from typing import Any

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessment import permissions
from assessment.leaf_values import leaf_values
from assessment.models import ImportedValue, Indicator, ManualMark, Score, ScoreLine
from assessment.rules import Outcome, Role, Rule, show_value
from assessment.rules.values import value_from_json
from assessment.scoring import LineStatus
from assessment.specification import measure_of, rule_of, scheme_spec, stored_result
from assessment.unit_sheets import Evidence, evidence_of, near_misses, told_sentence
from assessment.views.scores import visible_score
from core.access import requires
from core.pages import paginate, render_page


@require_safe
@requires("score.view")
def evidence_list(request: HttpRequest, pk: int, indicator_pk: int) -> HttpResponse:
    """How a line came about: rule, count, cut-off, every record, and what was not counted."""
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
        "missing": _missing(rule, line, outcome, measure),
        "last_year": _last_year(score, indicator) if rule and rule.uses_previous else "",
    }
    if outcome is not None and indicator.source == Indicator.Source.METRIC:
        context |= _records(request, score, indicator, outcome)
    elif outcome is not None and indicator.source == Indicator.Source.MANUAL:
        context |= _marks(request, score, indicator, outcome)
    elif outcome is not None and indicator.source == Indicator.Source.IMPORTED:
        context |= _imported(request, score, indicator, outcome)
    found = context.get("evidence")
    context["sentence"] = _sentence(request, score, indicator, found and found.count)
    return render_page(request, "assessment/evidence_list.html", context)


def _leaf_line(score: Score, indicator_pk: int) -> ScoreLine:
    found = [line for line in score.lines.all() if line.indicator_id == indicator_pk]
    if not found or not found[0].indicator.is_leaf:
        raise Http404
    return found[0]


def _sentence(request: HttpRequest, score: Score, indicator: Indicator, count: int | None) -> str:
    shows_rank = permissions.can_see_ranks(request.user, is_formal=score.run.is_formal())
    spec, result = scheme_spec(score.run.scheme), stored_result(score)
    return told_sentence(spec, result, indicator, shows_rank=shows_rank, count=count)


def _missing(rule: Rule | None, line: ScoreLine, outcome: Outcome | None, measure: str) -> str:
    """What more of it would bring; empty where nothing can be gained."""
    if rule is None or outcome is None or line.status != LineStatus.SCORED:
        return ""
    step = rule.next_step(outcome, measure)
    return step.text if step is not None and step.gain > 0 else ""


def _last_year(score: Score, indicator: Indicator) -> str:
    """Whose values are in last year's, or why it has none, where units have changed."""
    run, key = score.run, (str(score.organisation_id), indicator.code)
    found = leaf_values(
        run.scheme,
        [indicator],
        [score.organisation_id],
        data_as_of=run.data_as_of,
        units=[score.organisation_id],
        successions=run.successions,
    )
    return found.gaps.get(key, "") or found.taken.get(key, "")


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
        "near_misses": near_misses(score.run, indicator, score.organisation_id, request.user),
    }


def _summary(evidence: Evidence, page: Page, measure: str) -> str:
    """3 条记录，每条计 1 次; 3 条记录，共 9 家，每家只计一次."""
    words = {"records": page.paginator.count, "value": evidence.count, "measure": measure}
    if evidence.told:
        return _("%(records)s 条记录，%(told)s") % (words | {"told": evidence.told})
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


def _imported(
    request: HttpRequest, score: Score, indicator: Indicator, outcome: Outcome
) -> dict[str, Any]:
    """The value from outside with where it comes from."""
    found = (
        ImportedValue.objects.filter(indicator=indicator, organisation=score.organisation_id)
        .select_related("entered_by")
        .order_by("is_previous")
    )
    measure = measure_of(indicator)
    values = [
        {"row": row, "words": show_value(value_from_json(row.value), measure)} for row in found
    ]
    now = [value_from_json(item["row"].value) for item in values if not item["row"].is_previous]
    return {
        "imported": values,
        "shows_judges": permissions.can_see_judges(request.user),
        "has_changed": now[:1] != [outcome.value],
    }
