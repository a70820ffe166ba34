"""Sentences that say how a line, a total and a grade came about.

The arithmetic in them is the arithmetic of the result: whoever adds up gets the same numbers.
"""

from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.rules import Role
from assessment.rules.arithmetic import MOST_DECIMALS, ZERO, exact, round_half_up, show
from assessment.rules.wording import credited, equals, score
from assessment.scoring.results import GradeReason, Line, LineStatus, UnitResult
from assessment.scoring.spec import NaPolicy, SchemeSpec, VetoKind


def explain_line(spec: SchemeSpec, result: UnitResult, code: str) -> str:
    """One sentence on the line of an indicator; raises ``KeyError`` for an unknown code."""
    line = result.line(code)
    indicator = next(one for one in spec.indicators if one.code == code)
    with exact():
        if line.points is None:
            return _explain_absence(spec, result, line)
        if indicator.rule is None or line.outcome is None:
            return _explain_branch(spec, result, line, line.points)
        text = indicator.rule.explain(line.outcome, indicator.measure, indicator.name)
    if line.status is LineStatus.CORRECTED:
        words = {"basis": line.note, "result": credited(line.points, line.role)}
        return text + _("；按更正（%(basis)s）%(result)s") % words
    if line.status is not LineStatus.EXCLUDED:
        return text
    words = {"other": indicator.excluded_by, "result": credited(line.points, line.role)}
    return text + _("；因“%(other)s”已经计分，本项作废，%(result)s") % words


def _explain_absence(spec: SchemeSpec, result: UnitResult, line: Line) -> str:
    words = {"kind": result.unit.kind, "policy": spec.na_policy}
    if line.role is not Role.BASE:
        return _("不适用于“%(kind)s”，不计") % words
    return _("不适用于“%(kind)s”，按方案%(policy)s") % words


def _explain_branch(spec: SchemeSpec, result: UnitResult, line: Line, points: Decimal) -> str:
    parts = [
        one.points
        for one in result.lines
        if one.parent == line.code and one.role is line.role and one.points is not None
    ]
    raw = sum(parts, ZERO)
    text = _addition(parts)
    if raw > line.full:
        text += _("；封顶 %(cap)s") % {"cap": score(line.full)}
    if line.weight is not None:
        words = {
            "raw": show(min(raw, line.full)),
            "full": show(line.full),
            "weight": show(line.weight),
            "points": equals(min(raw, line.full) * line.weight / line.full, spec.decimals),
        }
        text += _("；折算 %(raw)s ÷ %(full)s × %(weight)s %(points)s") % words
    return text + "，" + credited(points, line.role)


def _addition(parts: list[Decimal]) -> str:
    total = score(sum(parts, ZERO))
    if len(parts) == 1:
        return total
    terms = show(parts[0])
    for part in parts[1:]:
        terms += f" {'−' if part < 0 else '+'} {show(abs(part))}"
    return f"{terms} = {total}"


def explain_total(spec: SchemeSpec, result: UnitResult) -> str:
    """One sentence from the earned points to the total: policy, bonus, deduction, veto."""
    with exact():
        parts = [_explain_base(spec, result)]
    if result.bonus or result.deduction:
        parts.append(_explain_extras(result))
    reasons = _reasons(result, VetoKind.TOTAL)
    if reasons:
        parts.append(_("一票否决（%(reasons)s），总分计 0 分") % {"reasons": reasons})
    return "；".join(parts) + _("。总分 %(total)s") % {"total": score(result.total)}


def _explain_extras(result: UnitResult) -> str:
    words = {
        "base": show(result.base),
        "bonus": show(result.bonus),
        "deduction": show(result.deduction),
        "total": score(result.subtotal),
    }
    text = _("基础分 %(base)s")
    if result.bonus:
        text += _(" + 加分 %(bonus)s")
    if result.deduction:
        text += _(" − 扣分 %(deduction)s")
    return (text + _(" = %(total)s")) % words


def shown_obtainable(result: UnitResult) -> Decimal:
    """The base points that apply, as people read them: with 折算 they may have no end."""
    return round_half_up(result.obtainable, MOST_DECIMALS)


def _explain_base(spec: SchemeSpec, result: UnitResult) -> str:
    applicable = shown_obtainable(result)
    words = {
        "earned": score(result.earned),
        "total": show(spec.total),
        "obtainable": show(applicable),
        "absent": score(spec.total - applicable),
        "base": score(result.base),
    }
    if result.obtainable == spec.total:
        return _("基础分 %(earned)s") % words
    if spec.na_policy is NaPolicy.ZERO:
        return _("基础分 %(earned)s，不适用的 %(absent)s计零分") % words
    if spec.na_policy is NaPolicy.FULL:
        return _("基础分 %(earned)s，不适用的 %(absent)s计满分，共 %(base)s") % words
    # A stored result keeps no more of the applicable points than is shown of them.
    is_exact = result.earned * spec.total == result.base * applicable
    words["base"] = f"{'=' if is_exact else '≈'} {score(result.base)}"
    return (
        _(
            "基础分 %(earned)s，适用分值 %(obtainable)s 分，折算 × %(total)s ÷ %(obtainable)s "
            "%(base)s"
        )
        % words
    )


def _reasons(result: UnitResult, kind: VetoKind) -> str:
    reasons = [veto.reason or kind for veto in result.vetoes if veto.kind is kind]
    return "、".join(reasons)


def explain_grade(result: UnitResult) -> str:
    """One sentence on rank and grade: ties, places in the best grade, vetoes."""
    words = {
        "total": score(result.total),
        "rank": result.rank,
        "size": result.group_size,
        "others": result.tied - 1,
        "band": result.band,
        "grade": result.grade,
        "places": result.excellent_places,
        "total_reasons": _reasons(result, VetoKind.TOTAL),
        "top_reasons": _reasons(result, VetoKind.TOP_GRADE),
    }
    text = _("总分 %(total)s，本组 %(size)s 家中第 %(rank)s 名")
    if result.tied > 1:
        text += _("，与另外 %(others)s 家并列")
    endings = {
        GradeReason.NONE: "",
        GradeReason.BAND: _("，按分数线为“%(grade)s”"),
        GradeReason.PLACES_TAKEN: _(
            "，分数线为“%(band)s”，本组名额 %(places)s 个已由名次在前的单位占满，定为“%(grade)s”"
        ),
        GradeReason.TIE_AT_EDGE: _(
            "，分数线为“%(band)s”，并列单位超出本组 %(places)s 个名额的余数，均定为“%(grade)s”"
        ),
        GradeReason.TOP_GRADE_BARRED: _(
            "，分数线为“%(band)s”，因一票否优（%(top_reasons)s）定为“%(grade)s”"
        ),
        GradeReason.VETOED: _("，因一票否决（%(total_reasons)s）定为“%(grade)s”"),
    }
    return (text + endings[result.reason]) % words
