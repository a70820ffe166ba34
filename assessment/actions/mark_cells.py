"""Saving cells of the grid of marks, one by one: nothing that a judge has typed is lost.

What is no mark yet, because it is out of range or lacks its reason, is kept as a draft. What a
second window of the same judge has saved meanwhile is shown beside it; nothing is overwritten.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.actions.balance import answer_returns, note_entry, note_hand
from assessment.judging import Bench, Cell, Key, not_begun_to_mark, token_of
from assessment.models import Indicator, ManualMark, MarkDraft, Scheme, ScoringHand
from assessment.rules import Role, Unreadable, ValueRefused, read_number
from assessment.rules.arithmetic import plain
from assessment.rules.manual import Manual
from core import audit
from core.errors import RuleError
from core.imports.faults import ValueFault
from core.imports.numerals import number_from_text
from core.personal_data import personal_data_warnings

VALUE_LENGTH = 20
# A reason for many cells is for those with the full points, or for all the others that need one.
FULL, REST = "full", "rest"
REASON_LENGTH = 200
MOST_PLACES = 4
# A number that another rule counts is stored like a mark.
LARGEST = 9999
# A mark is exact: what only comes near it is asked for again.
VAGUE = "%％‰约近余多右"


@dataclass(frozen=True)
class Typed:
    """What stands in a cell. `seen` is the token of what the page showed; None asks nothing.

    `may_stay`: the judge says that the reason names no person.
    """

    value: str
    reason: str = ""
    seen: str | None = None
    may_stay: bool = False


@dataclass(frozen=True)
class ForAll:
    """One reason for many cells; `side` is FULL, REST, or empty for both."""

    reason: str
    side: str


@dataclass(frozen=True)
class Answer:
    """What became of a cell: `seen` is the token of what is stored now.

    `theirs` is what another window saved meanwhile; nothing was written then. `is_kept` says
    whether the server has what was typed, as a mark or as a draft. `dropped` is the reason of the
    mark before, which was not taken for the new one.
    """

    cell: Cell
    value: str
    reason: str
    seen: str
    error: str = ""
    wants_reason: bool = False
    warns: bool = False
    is_kept: bool = True
    is_changed: bool = False
    theirs: Cell | None = None
    dropped: str = ""
    saved_at: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """What a typed cell comes to: a mark, or the sentence that says what is wrong with it."""

    mark: Decimal | None = None
    error: str = ""
    wants_reason: bool = False
    # The reason or the mark looks as if it named a person, and is not stored.
    warns: bool = False


def judge_typed(cell: Cell, typed: Typed) -> Verdict:
    """Whether what was typed is a mark of this cell; no query."""
    if fault := _text_fault(typed):
        return Verdict(error=fault)
    warnings = personal_data_warnings(typed.value) or personal_data_warnings(typed.reason)
    if warnings and not typed.may_stay:
        return Verdict(error=warnings[0], warns=True)
    if not typed.value:
        return _judge_blank(cell, typed)
    try:
        mark = read_mark(typed.value)
    except Unreadable as fault:
        return Verdict(error=f"{fault}。")
    if not isinstance(cell.rule, Manual):
        return _judge_number(cell, mark)
    for fault in cell.rule.mark_faults(mark, cell.indicator.points):
        return Verdict(error=fault.message.rstrip("。") + "。")
    needed = cell.rule.reason_needed(mark, cell.indicator.points, Role(cell.indicator.role))
    if cell.shown and cell.mark and cell.mark.value != mark:
        needed = _("评委的分已经公开，改分要写明理由")
    if needed and not typed.reason:
        return Verdict(error=_with_standing(cell, needed), wants_reason=True)
    return Verdict(mark, wants_reason=bool(needed))


def _text_fault(typed: Typed) -> str:
    if len(typed.reason) > REASON_LENGTH:
        return _("理由超过 {n} 个字，请缩短。").format(n=REASON_LENGTH)
    if "\x00" in typed.reason + typed.value:
        return _("有无法保存的字符，请重新填写。")
    return ""


def _judge_blank(cell: Cell, typed: Typed) -> Verdict:
    if cell.shown:
        return Verdict(error=_("评委的分已经公开，不能撤回；要改请填新的分并写明理由。"))
    if typed.reason:
        return Verdict(error=_with_standing(cell, _("写了理由，还没有填分")))
    return Verdict()


def _judge_number(cell: Cell, number: Decimal) -> Verdict:
    """Another rule makes points of it: what people enter is what it counts, and no mark."""
    if not 0 <= number <= LARGEST:
        return Verdict(error=_("应在 0 至 {largest} 之间。").format(largest=LARGEST))
    try:
        cell.rule.shape(number)
    except ValueRefused as refused:
        return Verdict(error=f"{refused}。")
    return Verdict(number)


def _with_standing(cell: Cell, text: str) -> str:
    """An earlier mark counts until the new one is complete."""
    if cell.mark is None:
        return text + "。"
    return _("{text}；写好前仍按原来的 {mark} 分计。").format(
        text=text, mark=plain(cell.mark.value)
    )


def read_mark(text: str) -> Decimal:
    """15, １５．５, 15分, 十五. Raises Unreadable."""
    try:
        mark = read_number(text)
    except Unreadable as unreadable:
        try:
            mark = number_from_text(text)
        except ValueFault:
            raise unreadable from None
        if any(sign in text for sign in VAGUE):
            raise unreadable from None
    if plain(mark).partition(".")[2][MOST_PLACES:]:
        raise Unreadable(_("最多 {n} 位小数").format(n=MOST_PLACES))
    return mark


def is_full(cell: Cell, value: str) -> bool:
    """Whether it is the full points: their reason praises, that of a low mark does not."""
    try:
        return read_mark(value) == cell.indicator.points
    except Unreadable:
        return False


@transaction.atomic
def save_cells(
    scheme: Scheme,
    typed: Mapping[Key, Typed],
    *,
    same_reason: str = "",
    same_for: str = "",
    is_strict: bool = False,
    by: User,
) -> dict[Key, Answer]:
    """Save what a judge typed, each cell for itself; answers for every one of them.

    `same_reason` is put where a reason is needed and none was given, with `same_for` only at the
    full marks (FULL) or at the others (REST). With `is_strict` everything is saved or nothing:
    RuleError names the first cell that is no mark. RuleError also when the scheme takes no marks
    now, or a cell is none of it.
    """
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=scheme.pk)
    if scheme.status not in Scheme.OPEN:
        raise RuleError(_("方案现在是“{now}”，不能评分。").format(now=scheme.get_status_display()))
    if reason := not_begun_to_mark(scheme):
        raise RuleError(reason)
    bench = _bench(scheme, typed, by)
    cells = {key: bench.cell(key) for key in typed}
    if None in cells.values():
        raise RuleError(_("有单位不在本指标的评分范围内，或是本单位；请刷新页面后重填。"))
    for_all = ForAll(same_reason, same_for)
    answers = {key: _answer(cells[key], one, for_all) for key, one in typed.items()}
    if is_strict:
        _refuse_faults(answers.values())
    for key, answer in answers.items():
        answers[key] = _store(answer, by)
    changed = [answer for answer in answers.values() if answer.is_changed]
    if changed:
        note_entry(scheme)
        note_hand(scheme, ScoringHand.Kind.MARK, by)
        _record(changed, by)
    return answers


def _bench(scheme: Scheme, typed: Mapping[Key, Typed], by: User) -> Bench:
    indicators = Indicator.objects.filter(
        scheme=scheme, source=Indicator.Source.MANUAL, pk__in={key[0] for key in typed}
    )
    members = scheme.members.filter(organisation__in={key[1] for key in typed})
    members = members.select_related("organisation__region__parent")
    return Bench(list(indicators.select_related("scheme")), list(members), by)


def _with_reason(cell: Cell, typed: Typed, for_all: ForAll) -> Typed:
    is_bare = for_all.reason and not typed.reason and judge_typed(cell, typed).wants_reason
    if not is_bare or for_all.side == (REST if is_full(cell, typed.value) else FULL):
        return typed
    return replace(typed, reason=for_all.reason)


def _old_reason(cell: Cell, typed: Typed) -> str:
    """The reason of the mark before, when it only stood there as another mark was typed.

    It says why that mark was given. Who wants it for the new one types it, or takes it back, into
    a cell that shows it no more. A workbook, which asks nothing, says it row by row.
    """
    if cell.mark is None or typed.seen != cell.token:
        return ""
    if not typed.reason == cell.reason == cell.mark.reason:
        return ""
    try:
        is_other = read_mark(typed.value) != cell.mark.value
    except Unreadable:
        return ""
    return typed.reason if is_other else ""


def _answer(cell: Cell, typed: Typed, for_all: ForAll) -> Answer:
    """What is to become of the cell; nothing is written yet."""
    dropped = _old_reason(cell, typed)
    typed = _with_reason(cell, replace(typed, reason="") if dropped else typed, for_all)
    value, reason = typed.value, typed.reason
    if cell.closed:
        return Answer(cell, value, reason, "", error=_closed_words(cell), is_kept=False)
    is_stale = typed.seen is not None and typed.seen != cell.token
    if is_stale and (value, reason) != (cell.value, cell.reason):
        return Answer(cell, value, reason, cell.token, is_kept=False, theirs=cell)
    verdict = judge_typed(cell, typed)
    if verdict.mark is not None:
        value = plain(verdict.mark)
    return Answer(
        cell,
        value,
        reason,
        token_of(value, reason),
        error=verdict.error,
        wants_reason=verdict.wants_reason,
        warns=verdict.warns,
        dropped=dropped if not reason else "",
    )


def _closed_words(cell: Cell) -> str:
    return _("这一格不评（{why}），没有保存。").format(why=cell.closed)


def _refuse_faults(answers: Iterable[Answer]) -> None:
    for answer in answers:
        if answer.error:
            unit = answer.cell.member.organisation.full_label
            raise RuleError(f"{unit}：{answer.error.rstrip('。')}。")


def _store(answer: Answer, by: User) -> Answer:
    if answer.cell.closed or answer.theirs:
        return answer
    if answer.error:
        return _store_draft(answer, by)
    cell, now = answer.cell, timezone.now()
    if cell.draft:
        cell.draft.delete()
    old = (plain(cell.mark.value), cell.mark.reason) if cell.mark else ("", "")
    if old == (answer.value, answer.reason):
        return replace(answer, saved_at=cell.changed_at)
    place = _place(cell, "marked_by", by)
    if not answer.value:
        ManualMark.objects.filter(**place).delete()
    else:
        facts = {"value": Decimal(answer.value), "reason": answer.reason, "marked_at": now}
        ManualMark.objects.update_or_create(**place, defaults=facts)
    return replace(answer, is_changed=True, saved_at=now)


def _store_draft(answer: Answer, by: User) -> Answer:
    """As much of it as may be kept: no reason that names a person, nothing that is too long."""
    value = answer.value if len(answer.value) <= VALUE_LENGTH else ""
    if personal_data_warnings(value):
        value = ""  # pasted into the wrong cell: no mark looks like that
    keeps_reason = not answer.warns and len(answer.reason) <= REASON_LENGTH
    reason = answer.reason if keeps_reason else ""
    if "\x00" in value + reason:
        value = reason = ""
    now = timezone.now()
    place = _place(answer.cell, "typed_by", by)
    if value or reason:
        facts = {"value": value, "reason": reason, "typed_at": now}
        MarkDraft.objects.update_or_create(**place, defaults=facts)
        seen = token_of(value, reason)
    else:
        MarkDraft.objects.filter(**place).delete()
        seen = replace(answer.cell, draft=None).token
    is_kept = (value, reason) == (answer.value, answer.reason)
    return replace(answer, seen=seen, is_kept=is_kept, saved_at=now if is_kept else None)


def _place(cell: Cell, person: str, by: User) -> dict[str, object]:
    indicator, organisation = cell.key
    return {"indicator_id": indicator, "organisation_id": organisation, person: by}


def _record(changed: Sequence[Answer], by: User) -> None:
    """One entry for each indicator; what the office sent back is answered by it."""
    by_indicator: dict[Indicator, list[Answer]] = defaultdict(list)
    for answer in changed:
        by_indicator[answer.cell.indicator].append(answer)
    for indicator, answers in by_indicator.items():
        answer_returns(indicator, {one.cell.member.organisation_id for one in answers}, by)
        audit.record(
            "assessment.save_marks",
            indicator,
            by=by,
            before={
                _name(one.cell): _told(plain(one.cell.mark.value), one.cell.mark.reason)
                for one in answers
                if one.cell.mark
            },
            after={_name(one.cell): _told(one.value, one.reason) for one in answers},
            is_decision=True,
        )


def _told(mark: str, reason: str) -> str | None:
    """The mark with its reason, which is overwritten where it is stored."""
    return _("{mark}（{reason}）").format(mark=mark, reason=reason) if reason else mark or None


def _name(cell: Cell) -> str:
    return cell.member.organisation.full_label
