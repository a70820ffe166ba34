"""What the leadership's page shows, put together from the figures."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from dashboards import figures
from dashboards.assessments import states_of
from dashboards.figures import Coverage
from dashboards.scoring import percent
from partnerships.models import Form


def overview_context(user: Any, year: int) -> dict[str, Any]:
    """The whole page in a fixed number of queries, however many units and reports there are."""
    kinds = figures.coverage_by_kind(user, year)
    townships = figures.coverage_by_township(user, year)
    forms = figures.partnerships_by_form(user, year)
    months = figures.activities_by_month(user, year)
    last_year = figures.activities_by_month(user, year - 1)
    return {
        "shown_year": year,
        "stats": _stats(year, kinds, forms, months, last_year),
        "shape": figures.shape_of(user, figures.links_of(year)),
        "standings": states_of(user, year),
        "month_chart": _month_chart(year, months, last_year),
        "month_table": _month_table(year, months, last_year),
        "township_chart": _coverage_chart(townships),
        "township_table": _coverage_table("township", _("苏木乡镇"), townships),
        "kind_chart": _coverage_chart(kinds),
        "kind_table": _coverage_table("kind", _("类型"), kinds),
        "form_rows": _form_rows(year, forms),
        "linkages": figures.linkage_numbers(user, year),
        "owing_titles": list(figures.titles_still_owing(user)),
    }


def _stats(
    year: int,
    kinds: list[Coverage],
    forms: dict[str, int],
    months: dict[int, int],
    last_year: dict[int, int],
) -> list[dict[str, Any]]:
    covered, total = sum(k.covered for k in kinds), sum(k.total for k in kinds)
    activities, before = sum(months.values()), sum(last_year.values())
    partnerships = sum(forms.values())
    return [
        {
            "label": _("参与单位"),
            "figure": covered,
            "unit": _("家"),
            "hint": _("占全旗 {total} 家的 {percent}%").format(
                total=total, percent=percent(covered, total)
            ),
            "url": _link("organisations:organisation_list", joined=year),
        },
        {
            "label": _("联创项目"),
            "figure": partnerships,
            "unit": _("个"),
            "hint": _("实施中和已结束"),
            "url": _link("partnerships:partnership_list", year=year, status="counted"),
        },
        {
            "label": _("已采用活动"),
            "figure": activities,
            "unit": _("次"),
            "delta": f"{activities - before:+d}" if before else "",
            "delta_label": _("较上年"),
            "url": _link("activities:activity_list", year=year, status="accepted"),
        },
    ]


def _link(url_name: str, **query: Any) -> str:
    return f"{reverse(url_name)}?{urlencode(query)}"


def _form_rows(year: int, forms: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": str(Form(form).label),
            "count": count,
            "url": _link("partnerships:partnership_list", year=year, status="counted", form=form),
        }
        for form, count in forms.items()
    ]


def _month_chart(year: int, months: dict[int, int], last_year: dict[int, int]) -> dict[str, Any]:
    series = [{"name": str(year), "data": list(months.values())}]
    if any(last_year.values()):
        series.append({"name": str(year - 1), "data": list(last_year.values())})
    return {
        "categories": [_("{n}月").format(n=month) for month in months],
        "series": series,
        "unit": _("次"),
    }


def _month_table(year: int, months: dict[int, int], last_year: dict[int, int]) -> dict[str, Any]:
    return {
        "heads": [_("月份"), f"{year}", f"{year - 1}"],
        "rows": [[_("{n}月").format(n=m), months[m], last_year[m]] for m in months],
    }


def _coverage_chart(rows: list[Coverage]) -> dict[str, Any]:
    return {
        "categories": [row.label for row in rows],
        "series": [{"name": _("覆盖率"), "data": [row.percent for row in rows]}],
        "unit": "%",
        "horizontal": True,
    }


def _coverage_table(key: str, head: str, rows: list[Coverage]) -> dict[str, Any]:
    """Each row opens its units in the register, narrowed by `key`."""
    return {
        "heads": [head, _("已参与"), _("共有"), _("覆盖率")],
        "rows": [
            [_units_link(key, row), row.covered, row.total, f"{row.percent}%"] for row in rows
        ],
    }


def _units_link(key: str, row: Coverage) -> str:
    url = _link("organisations:organisation_list", **{key: row.key})
    return format_html('<a href="{}">{}</a>', url, row.label)
