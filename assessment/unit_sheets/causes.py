"""Why a line differs from the run before: every cause that can be named, in words."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessment.models import Indicator
from assessment.rules import RuleRefused, make_rule, show_value
from assessment.rules.arithmetic import round_half_up, show
from assessment.scoring import Line, LineStatus
from assessment.unit_sheets.sheet import SheetRow

Rule = Mapping[str, Any]
DECIDED = (LineStatus.CORRECTED, LineStatus.NOT_APPLICABLE, LineStatus.EXCLUDED)
FIGURES = 2


def causes(row: SheetRow, before: Line, rules: tuple[Rule, Rule], *, shows_rank: bool) -> list[str]:
    """The causes of a difference; `rules` are the leaf's entries in the tables of both runs."""
    decided = list(_decisions(row.line, before))
    if row.line.points is None or before.points is None:
        return decided
    found = [
        *decided,
        *_rule_causes(row, *rules),
        *_value_causes(row, before),
        *_figure_causes(row.line, before, shows_rank=shows_rank),
    ]
    return found or [_("别的指标或组内其他单位的情况有变化")]


def _decisions(now: Line, before: Line) -> Iterator[str]:
    """Corrections, exclusions and what applies: set by people or by other lines."""
    if (now.status, now.note) == (before.status, before.note):
        return
    if now.status is LineStatus.CORRECTED:
        words = {"basis": now.note, "points": show(now.points or Decimal(0))}
        yield _("按更正（%(basis)s）定为 %(points)s 分") % words
    elif before.status is LineStatus.CORRECTED:
        yield _("上次的更正（%(basis)s）不再有效") % {"basis": before.note}
    elif now.status in DECIDED or before.status in DECIDED:
        words = {"before": before.status, "now": now.status}
        yield _("本项由“%(before)s”变为“%(now)s”") % words


def _rule_causes(row: SheetRow, now: Rule, before: Rule) -> Iterator[str]:
    """Runs made before rules were kept have none to compare with."""
    if not now or not before or now == before:
        return
    if (now["kind"], now["params"]) == (before["kind"], before["params"]):
        words = {"before": before["version"], "now": now["version"]}
        yield _("赋分办法的算法由第 %(before)s 版改为第 %(now)s 版") % words
        return
    words = {"before": _rule_words(row, before), "now": _rule_words(row, now)}
    yield _("赋分办法由“%(before)s”改为“%(now)s”") % words


def _rule_words(row: SheetRow, rule: Rule) -> str:
    """The rule in words; what can no longer be read is quoted."""
    try:
        made = make_rule(rule["kind"], rule["params"])
    except RuleRefused:
        return "；".join(f"{key}={value}" for key, value in rule["params"].items())
    return made.describe(row.line.full, row.measure, row.line.role)


def _value_causes(row: SheetRow, before: Line) -> Iterator[str]:
    now, old = row.line.outcome, before.outcome
    if (now and now.value) == (old and old.value):
        return
    words = {
        "before": show_value(old.value, row.measure) if old else "",
        "now": row.value,
    }
    words = {name: _spaced(text) or _("无数据") for name, text in words.items()}
    texts = {
        Indicator.Source.MANUAL: _("评分由 %(before)s改为 %(now)s"),
        Indicator.Source.IMPORTED: _("导入的数据由 %(before)s改为 %(now)s"),
    }
    text = texts.get(row.indicator.source, _("数据由 %(before)s变为 %(now)s")) % words
    yield text.rstrip()


def _spaced(text: str) -> str:
    """A space between a number that ends the value and the word that follows."""
    return f"{text} " if text[-1:].isdigit() else text


def _figure_causes(now: Line, before: Line, *, shows_rank: bool) -> Iterator[str]:
    """What moved in the group or in last year's figures; ranks only where they are told."""
    if now.outcome is None or before.outcome is None:
        return
    names = {
        "previous": _("上年数据"),
        "mean": _("本组均值"),
        "best": _("本组最优"),
        "members": _("本组参加比较的单位数"),
    }
    if shows_rank:
        names["rank"] = _("组内名次")
    facts, old = now.outcome.facts, before.outcome.facts
    moved = [name for name in sorted(facts.keys() & old.keys()) if facts[name] != old[name]]
    for name in names:
        if name in moved:
            words = {"name": names[name], "before": _figure(old[name]), "now": _figure(facts[name])}
            yield _("%(name)s由 %(before)s 变为 %(now)s") % words
    if moved and not names.keys() & set(moved):
        yield _("组内其他单位的数据有变化")


def _figure(number: Decimal) -> str:
    return show(round_half_up(number, FIGURES))
