"""A code that is changed goes on to be meant wherever the same scheme names it (互斥, 豁免)."""

from dataclasses import replace

from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import Indicator
from assessment.rules import RULES, Unreadable, tidy
from assessment.rules.exemption import Exemption, ReadExemption
from core import audit
from core.errors import RuleError

FACTS = ("scheme_id", "code", "name", "params", "excluded_by")


def follow_code(was: Indicator, row: Indicator, by: User) -> list[str]:
    """Rewrite what names `was`, now that it is called as `row` is; a part of saving the row.

    Returns what was rewritten, as ``B2 的互斥``. RuleError where an exemption could not be read
    again with the new code.
    """
    if was.code == row.code:
        return []
    told = []
    others = row.scheme.indicators.select_for_update(of=("self",)).exclude(pk=row.pk)
    for other in others.exclude(rule_kind=""):
        excluded, renamed = other.excluded_by_id == row.pk, _renamed(other, was.code, row.code)
        if not (excluded or renamed):
            continue
        other.excluded_by = was if excluded else other.excluded_by
        before = audit.snapshot(other, FACTS)
        other.excluded_by = row if excluded else other.excluded_by
        if renamed:
            other.params = other.params | renamed
            other.save(update_fields=["params"])
        after = audit.snapshot(other, FACTS)
        audit.record(
            "assessment.save_indicator", other, by=by, before=before, after=after, is_decision=True
        )
        what = [_("互斥")] * excluded + list(renamed)
        told.append(_("{code} 的{what}").format(code=other.code, what="、".join(what)))
    return told


def _renamed(other: Indicator, old: str, new: str) -> dict[str, str]:
    """The exemptions of a leaf that name the old code, with the new one in its place."""
    renamed = {}
    for key in _exemption_keys(other.rule_kind):
        found = _read(other.params.get(key))
        if found is None or found.code != _plain(old):
            continue
        text = ReadExemption().write(replace(found, code=new))
        again = _read(text)
        if again is None or again.code != new:
            raise RuleError(
                _(
                    "“{row}”的{key}要写到编码“{new}”，而其中有空格、全角或比较符号，请换一个。"
                ).format(row=other, key=key, new=new),
                field="code",
            )
        renamed[key] = text
    return renamed


def _exemption_keys(kind: str) -> list[str]:
    rule = RULES.get(kind)
    parameters = rule.parameters() if rule else ()
    return [one.key for one in parameters if isinstance(one.reader, ReadExemption)]


def _read(text: object) -> Exemption | None:
    """None for what is not there, or what nobody can read: it names no code."""
    try:
        return ReadExemption().read(text) if text else None
    except Unreadable:
        return None


def _plain(code: str) -> str:
    return "".join(tidy(code).split())
