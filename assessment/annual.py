"""The one score of each unit for the county's annual performance assessment, as three files."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import Run, Scheme, Score
from assessment.rules.arithmetic import plain
from assessment.scoring.annual import DECIMALS, HUNDRED, out_of_hundred, weighted
from core.demo import is_demo
from core.sheets import (
    HEAD,
    POINTS,
    TEXT,
    Book,
    Column,
    Formula,
    SheetMeta,
    cell_name,
    write_csv,
)

# Of the JSON: docs/annual-score.md.
SCHEMA = "naiman-unity/annual-score/1"
WIDTHS = (6, 20, 28, 16, 11, 13, 11, 11, 12, 12)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class AnnualRow:
    """One unit: its final total, as one of 100, and what it counts."""

    score: Score
    total: Decimal
    of_hundred: Decimal
    counts: Decimal


@dataclass(frozen=True)
class AnnualScores:
    """The final results of a scheme with its weight; only made of final ones."""

    scheme: Scheme
    run: Run
    rows: Sequence[AnnualRow]

    @property
    def title(self) -> str:
        return _("%d年度实绩考核“联创共建”成绩") % self.scheme.year

    @property
    def formula(self) -> str:
        """How a total becomes what it counts, in words."""
        words = {
            "full": plain(self.scheme.total),
            "weight": plain(self.scheme.annual_weight),
            "decimals": DECIMALS,
        }
        if self.scheme.total == HUNDRED:
            text = _("计入分 = 总分 × %(weight)s ÷ 100，四舍五入到 %(decimals)d 位小数")
        else:
            text = _(
                "百分制得分 = 总分 × 100 ÷ %(full)s；"
                "计入分 = 总分 × 100 ÷ %(full)s × %(weight)s ÷ 100，"
                "各自由总分直接算出，四舍五入到 %(decimals)d 位小数"
            )
        return text % words

    @property
    def beyond(self) -> str:
        """Why some count more than the weight: bonuses stand outside of the total."""
        units = sum(row.total > self.scheme.total for row in self.rows)
        words = {
            "units": units,
            "full": plain(self.scheme.total),
            "weight": plain(self.scheme.annual_weight),
        }
        text = _(
            "加分在方案总分之外：%(units)d 家总分超过 %(full)s 分，百分制得分超过 100、"
            "计入分超过 %(weight)s 的照实列出，不截去。"
        )
        return text % words if units else ""

    @property
    def state(self) -> str:
        finished = timezone.localtime(self.scheme.finished_at)
        words = {"at": f"{finished:%Y-%m-%d}", "n": self.run.number}
        text = _("%(at)s 定稿，第 %(n)d 次计算") % words
        return text + (_("（更正后）") if self.run.is_corrected else "")


def annual_scores(scheme: Scheme) -> AnnualScores:
    """Of a final scheme that has its weight; two queries beside the names."""
    run = Run.objects.select_related("scheme").latest_finished(scheme)
    scores = run.scores.for_list().with_names()
    ordered = scores.order_by("group__order", "group", "organisation__region__code", "pk")
    full, weight = scheme.total, scheme.annual_weight
    rows = [
        AnnualRow(
            score=score,
            total=score.total,
            of_hundred=out_of_hundred(score.total, full),
            counts=weighted(score.total, full, weight),
        )
        for score in ordered
    ]
    return AnnualScores(scheme, run, rows)


def _meta(annual: AnnualScores, by: User) -> SheetMeta:
    return SheetMeta(
        title=annual.title,
        filter_text=_("全部单位；%(state)s；%(formula)s")
        % {"state": annual.state, "formula": annual.formula},
        made_by=by.name,
        made_at=timezone.now(),
        data_as_of=annual.run.data_as_of,
        is_demo=is_demo(),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("序号"), "integer"),
        Column(_("考核分组"), width=20),
        Column(_("单位"), width=28),
        Column(_("类型"), width=16),
        Column(_("总分"), "points"),
        Column(_("百分制得分"), "points"),
        Column(_("权重（%）"), "number"),
        Column(_("计入分"), "points"),
        Column(_("等次"), width=12),
        Column(_("否决"), width=12),
    )


def _values(annual: AnnualScores, number: int, row: AnnualRow) -> list[Any]:
    score = row.score
    return [
        number,
        score.group.name,
        score.unit_label,
        score.get_kind_display(),
        row.total,
        row.of_hundred,
        annual.scheme.annual_weight,
        row.counts,
        score.grade,
        score.veto_words,
    ]


def annual_xlsx(annual: AnnualScores, by: User) -> bytes:
    """With live formulas for what is computed: whoever doubts a figure follows it."""
    stream = BytesIO()
    columns = _columns()
    with Book(stream, _meta(annual, by)) as book:
        sheet = book.sheet(annual.title)
        sheet.widths(WIDTHS)
        head = sheet.put_heading(len(columns))
        sheet.put_row(head, [column.label for column in columns], HEAD)
        sheet.freeze(head + 1)
        sheet.print_titles(head, head)
        for number, row in enumerate(annual.rows, 1):
            _put(sheet, head + number, _values(annual, number, row), annual)
        sheet.filter(head, 1, head + max(len(annual.rows), 1), len(columns))
    return stream.getvalue()


def _put(sheet: Any, at: int, values: list[Any], annual: AnnualScores) -> None:
    total, weight = cell_name(at, 5), cell_name(at, 7)
    of_hundred = f"{total}*100/{plain(annual.scheme.total)}"
    values[5] = Formula(f"ROUND({of_hundred},{DECIMALS})", values[5])
    values[7] = Formula(f"ROUND({of_hundred}*{weight}/100,{DECIMALS})", values[7])
    for place, value in enumerate(values, 1):
        sheet.put(at, place, value, POINTS if place in (5, 6, 7, 8) else TEXT)


def annual_csv(annual: AnnualScores, by: User) -> bytes:
    stream = BytesIO()
    rows = (_values(annual, number, row) for number, row in enumerate(annual.rows, 1))
    write_csv(stream, _meta(annual, by), _columns(), rows)
    return stream.getvalue()


def annual_json(annual: AnnualScores, by: User) -> bytes:
    """For other systems: numbers as text, so that no decimal is lost on the way."""
    meta = _meta(annual, by)
    whole = {
        "schema": SCHEMA,
        "title": meta.shown_title(),
        "filter": meta.filter_text,
        "made_by": by.name,
        "made_at": _moment(meta.made_at),
        "data_as_of": _moment(annual.run.data_as_of),
        "is_demo": meta.is_demo,
        "scheme": _scheme(annual),
        "units": [_unit(row) for row in annual.rows],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2).encode()


def _scheme(annual: AnnualScores) -> dict[str, Any]:
    scheme = annual.scheme
    return {
        "year": scheme.year,
        "title": scheme.title,
        "document_number": scheme.document_number,
        "total": plain(scheme.total),
        "weight_percent": plain(scheme.annual_weight),
        "formula": annual.formula,
        "finished_at": _moment(scheme.finished_at),
        "run": annual.run.number,
        "is_corrected": annual.run.is_corrected,
        "digest": annual.run.digest,
    }


def _unit(row: AnnualRow) -> dict[str, Any]:
    score = row.score
    return {
        "id": score.organisation_id,
        "name": score.unit_label,
        "kind": score.kind,
        "region_code": score.organisation.region.code,
        "group": score.group.name,
        "total": plain(row.total),
        "of_hundred": plain(row.of_hundred),
        "weighted": plain(row.counts),
        "grade": score.grade,
        "vetoes": score.veto_kinds,
    }


def _moment(value: datetime) -> str:
    return timezone.localtime(value).isoformat(timespec="seconds")


FILES: dict[str, tuple[Callable[[AnnualScores, User], bytes], str]] = {
    "xlsx": (annual_xlsx, XLSX),
    "csv": (annual_csv, "text/csv; charset=utf-8"),
    "json": (annual_json, "application/json"),
}
