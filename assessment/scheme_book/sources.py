"""The column 数据来源 as a data source: ``人工``, ``导入``, ``activities（主题活动=是）``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from assessment.metrics import METRICS, Filter, Metric
from assessment.models import Indicator
from assessment.rules import Unreadable, tidy
from assessment.scheme_book.scheme import IMPORTED, MANUAL

Source = Indicator.Source
WRITTEN = re.compile(r"(?P<key>[^()（）]+?)\s*(?:[(（](?P<conditions>.*)[)）])?", re.DOTALL)
# One condition, its value quoted where it holds a mark of its own, up to the mark after it.
CONDITION = re.compile(
    r"\s*(?P<label>[^=＝;；,，、“”\"]+?)\s*[=＝]\s*"
    r"(?:“(?P<quoted>(?:[^”]|””)*)”|(?P<plain>[^;；,，、\n]*?))\s*(?:[;；,，、\n]|$)"
)
MARKS = re.compile(r"[;；,，、=＝()（）“”\"\n]|^\s|\s$|^$")
MOST_KNOWN = 20


@dataclass(frozen=True)
class DataSource:
    """Where the values of a leaf come from, as an indicator stores it."""

    source: str
    metric: str = ""
    filters: dict[str, Any] = field(default_factory=dict)


def write_source(source: DataSource) -> str:
    """``人工``, ``导入``, or a metric's key with its conditions; ``read_source`` takes it back."""
    if source.source == Source.MANUAL:
        return MANUAL
    if source.source == Source.IMPORTED:
        return IMPORTED
    metric = METRICS.get(source.metric)
    if metric is None or not source.filters:
        return source.metric
    return f"{metric.key}（{write_conditions(metric, source.filters)}）"


def shown_source(text: str) -> str:
    """The column as people read it: a metric by its name; what cannot be read stays as written."""
    try:
        source = read_source(text)
    except Unreadable:
        return text
    written = write_source(source)
    if source.source != Source.METRIC:
        return written
    return f"{METRICS[source.metric].label}{written.removeprefix(source.metric)}"


def write_conditions(metric: Metric, filters: Mapping[str, Any]) -> str:
    """``形式=一对一结对；主题活动=是``, in the order of the metric; empty without conditions."""
    return "；".join(
        f"{known.label}={_quoted(known.words(filters[key]))}"
        for key, known in metric.filters.items()
        if key in filters
    )


def _quoted(words: str) -> str:
    return f"“{words.replace('”', '””')}”" if MARKS.search(words) else words


def read_source(text: str) -> DataSource:
    """Raises ``Unreadable`` with what is wrong."""
    words = tidy(text)
    if words in (MANUAL, Source.MANUAL.label):
        return DataSource(Source.MANUAL)
    if words in (IMPORTED, "导入数据"):
        return DataSource(Source.IMPORTED)
    found = WRITTEN.fullmatch(text.strip())
    metric = _metric(found["key"]) if found else None
    if found is None or metric is None:
        told = _("没有数据来源“%(text)s”，可写：%(manual)s、%(imported)s，或 %(known)s 等")
        known = "、".join(str(metric.label) for metric in METRICS.values())
        words = {"text": text[:30], "manual": MANUAL, "imported": IMPORTED, "known": known}
        raise Unreadable(told % words)
    return DataSource(Source.METRIC, metric.key, read_conditions(metric, found["conditions"] or ""))


def _metric(text: str) -> Metric | None:
    by_label = {str(metric.label): metric for metric in METRICS.values()}
    return METRICS.get(tidy(text).lower()) or by_label.get(text.strip())


def read_conditions(metric: Metric, text: str) -> dict[str, Any]:
    """The filters of ``形式=一对一结对；主题活动=是``; raises ``Unreadable`` at the first fault."""
    labels = {str(known.label): key for key, known in metric.filters.items()}
    filters: dict[str, Any] = {}
    for label, value, part in _conditions(text):
        if label not in labels:
            words = {"metric": metric.label, "part": part[:30], "known": "、".join(labels)}
            if not labels:
                raise Unreadable(_("“%(metric)s”没有条件可写，请去掉“%(part)s”") % words)
            raise Unreadable(_("“%(metric)s”没有条件“%(part)s”，可写：%(known)s") % words)
        if labels[label] in filters:
            raise Unreadable(_("条件“%(label)s”写了两次") % {"label": label})
        filters[labels[label]] = _value(metric.filters[labels[label]], value)
    return filters


def _conditions(text: str) -> list[tuple[str, str, str]]:
    """Label, value and what was written, for each condition; no label where it cannot be read."""
    parts: list[tuple[str, str, str]] = []
    place = 0
    while text[place:].strip(" \n;；,，、"):
        found = CONDITION.match(text, place)
        if found is None:
            rest = re.split(r"[;；,，、\n]", text[place:].strip())[0] or text[place:]
            return [*parts, ("", "", rest)]
        quoted = found["quoted"]
        value = found["plain"] if quoted is None else quoted.replace("””", "”")
        parts.append((found["label"], value, found[0].strip(" \n;；,，、")))
        place = found.end()
    return parts


def _value(known: Filter, text: str) -> Any:
    """The stored value of a word; what a system stores itself may be written too."""
    for wanted in (text, tidy(text)):
        for value, label in known.choices():
            if wanted in (str(label), str(value)):
                return value
    listed = "、".join(known.all_words()[:MOST_KNOWN])
    words = {"text": text[:30], "known": listed, "label": known.label}
    raise Unreadable(_("“%(label)s”没有“%(text)s”，可写：%(known)s") % words)
