"""A worked example of a rule: an example value in, points and the sentence about them out.

Nothing is stored and the database is not asked: the same rule code that scores is called with what
somebody typed, which is cut to sensible lengths first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessment.rules import (
    GroupContext,
    GroupFigures,
    Part,
    Peer,
    Refused,
    Role,
    Rule,
    Unreadable,
    Value,
    read_number,
    tidy,
)
from assessment.rules.values import Counts
from assessment.scheme_book.values import inner_counts

EXAMPLE = "ex_"
LONGEST = 200
MOST_NAMES = 30
MOST_OTHERS = 200
OTHERS, PREVIOUS, PEER, PEER_MEAN = "others", "previous", "peer", "peer_mean"


@dataclass(frozen=True)
class Question:
    """One thing to type for the example. kind: number, text or check."""

    name: str
    label: str
    value: str
    kind: str = "number"
    hint: str = ""

    @property
    def is_checked(self) -> bool:
        return self.kind == "check" and bool(self.value)


@dataclass
class Example:
    """The rule in words, what can be typed, and what comes of it; or why nothing does."""

    describe: str
    questions: list[Question]
    points: Decimal | None = None
    told: str = ""
    next_step: str = ""
    faults: list[str] = field(default_factory=list)


def work_out(
    rule: Rule[Any],
    typed: Mapping[str, Any],
    *,
    points: Decimal,
    decimals: int,
    role: Role,
    measure: str,
    subject: str,
) -> Example:
    """The example that was typed, or one of our own where nothing was."""
    questions = list(_questions(rule, typed))
    example = Example(rule.describe(points, measure, role), questions)
    answers = {question.name.removeprefix(EXAMPLE): question for question in questions}
    try:
        value = _value(rule, answers)
        context = GroupContext(
            points,
            decimals,
            role,
            figures=_figures(rule, value, answers),
            previous=_number(answers[PREVIOUS]) if PREVIOUS in answers else None,
            peers=_peers(rule, answers),
        )
        outcome = rule.evaluate(value, context)
    except Unreadable as problem:
        example.faults.append(str(problem))
    except Refused as refusal:
        example.faults += [fault.message for fault in refusal.faults]
    else:
        step = rule.next_step(outcome, measure)
        example.points = outcome.points
        example.told = rule.explain(outcome, measure, subject)
        example.next_step = step.text if step else ""
    return example


def _questions(rule: Rule[Any], typed: Mapping[str, Any]) -> Iterator[Question]:
    is_typed = any(str(name).startswith(EXAMPLE) for name in typed)

    def ask(key: str, label: str, ours: str, kind: str = "number", hint: str = "") -> Question:
        name = f"{EXAMPLE}{key}"
        value = str(typed.get(name, "" if is_typed and kind == "check" else ours))[:LONGEST]
        return Question(name, label, value.strip(), kind, hint)

    shape = rule.value_shape()
    names = shape.names[:MOST_NAMES]
    if shape.part is Part.BY_NAME and shape.period is not None:
        ours = f"1:（{names[0]}:1），2:（{names[-1]}:2）"
        yield ask("value", _("各%s各级个数") % shape.period, ours, "text")
    elif shape.period is not None:
        for number in shape.period.names:
            label = _("第 %(number)s %(period)s") % {"number": number, "period": shape.period}
            yield ask(f"n{number}", label, {"1": "3", "2": "1"}.get(number, "0"))
    elif shape.part is Part.BY_NAME:
        for at, name in enumerate(names):
            yield ask(f"n{at}", name, "1" if at < 2 else "0")
    elif shape.part is Part.ITEMS and names:
        for at, name in enumerate(names):
            yield ask(f"n{at}", name, "" if at else "1", "check")
    elif shape.part is Part.MARKS:
        yield ask("value", _("评分"), _marks(rule), "text", _("几位评委用逗号隔开，如 8，9，7.5"))
    elif shape.part is not Part.NOTHING:
        yield ask("value", _("本单位的数"), "3")
    if rule.uses_group:
        yield ask(OTHERS, _("本组其他单位的数"), "1，2，4", "text", _("用逗号隔开"))
    if rule.uses_previous:
        yield ask(PREVIOUS, _("上年的数"), "2")
    for code in rule.peer_codes():
        yield ask(PEER, _("“%s”的数") % code, "0")
        yield ask(PEER_MEAN, _("“%s”的本组均值") % code, "0")


def _marks(rule: Any) -> str:
    return "，".join((["8", "9", "7.5"] * 10)[: rule.judges or 3])


def _number(question: Question) -> Decimal | None:
    if not question.value:
        return None
    try:
        return read_number(question.value)
    except Unreadable as problem:
        raise Unreadable(f"{question.label}：{problem}") from problem


def _numbers(text: str) -> list[Decimal]:
    parts = [part for part in tidy(text).replace(";", ",").split(",") if part.strip()]
    return [read_number(part) for part in parts[:MOST_OTHERS]]


def _value(rule: Rule[Any], answers: Mapping[str, Question]) -> Value:
    shape = rule.value_shape()
    names = shape.names[:MOST_NAMES]
    if shape.part is Part.NOTHING:
        return None
    if shape.part is Part.MARKS:
        return tuple(_numbers(answers["value"].value)) or None
    if shape.part is Part.BY_NAME and shape.period is not None:
        return _levels_by_period(answers["value"].value)
    if shape.period is not None:
        return _counts({number: answers[f"n{number}"] for number in shape.period.names})
    if shape.part is Part.BY_NAME:
        return _counts({name: answers[f"n{at}"] for at, name in enumerate(names)})
    if shape.part is Part.ITEMS and names:
        return tuple(name for at, name in enumerate(names) if answers[f"n{at}"].is_checked)
    return _number(answers["value"])


def _counts(questions: Mapping[str, Question]) -> Counts:
    found = {name: _number(question) for name, question in questions.items()}
    return {name: number for name, number in found.items() if number is not None}


def _levels_by_period(text: str) -> Value:
    # The workbook's own way to write it.
    return inner_counts(tidy(text)) if text else None


def _figures(rule: Rule[Any], value: Value, answers: Mapping[str, Question]) -> GroupFigures | None:
    if not rule.uses_group:
        return None
    own = rule.group_value(value)
    others = _numbers(answers[OTHERS].value)
    return GroupFigures.of([*others, *([] if own is None else [own])])


def _peers(rule: Rule[Any], answers: Mapping[str, Question]) -> dict[str, Peer]:
    return {
        code: Peer(_number(answers[PEER]), _number(answers[PEER_MEAN]))
        for code in rule.peer_codes()
    }
