"""Whole workbooks of every kind against a second reading of the text of the rules."""

import csv
import io
from fractions import Fraction as F

from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.scheme_book import read_scheme, read_values, score_values
from assessment.scheme_book.trial import as_csv
from tests.assessment import by_text
from tests.assessment.made_up import (
    BY_NAME,
    IN_GROUP,
    KINDS,
    cells,
    scheme_workbook,
    schemes,
    some,
    values_workbook,
)


@st.composite
def years(draw):
    plan, rows = draw(schemes())
    leaves = [row for row in rows if "kind" in row]
    units, values, last = [], {}, {}
    for number in range(draw(st.integers(1, 6))):
        name = f"单位{number}"
        twin = draw(st.sampled_from([None, *units]))
        kind = twin["kind"] if twin else draw(st.sampled_from(KINDS))
        units.append({"name": name, "group": draw(st.sampled_from("一二")), "kind": kind})
        for row in leaves:
            code = row["code"]
            values[name, code] = values[twin["name"], code] if twin else draw(cells(row))
            if row["kind"] == "change":
                last[name, code] = last[twin["name"], code] if twin else draw(some)
    vetoes = draw(
        st.dictionaries(
            st.sampled_from([unit["name"] for unit in units]),
            st.sampled_from(["一票否决", "一票否优"]),
            max_size=2,
        )
    )
    return plan, rows, units, values, last, vetoes


def zero(row):
    if "周期" in row["par"] or row["kind"] in BY_NAME:
        return {}
    return [] if row["kind"] == "checklist" else [F(0)] if row["kind"] == "manual" else F(0)


def expected(plan, rows, units, given_values, last, vetoes):
    """Unit → code → points, and unit → total, rank, grade."""
    leaves = {row["code"]: row for row in rows if "kind" in row}
    applies = {
        (unit["name"], code): not row["kinds"] or unit["kind"] in row["kinds"]
        for unit in units
        for code, row in leaves.items()
    }
    values = {
        (name, code): zero(leaves[code])
        if value is None and leaves[code]["par"].get("缺失") == "计零"
        else value
        for (name, code), value in given_values.items()
    }

    def group(unit, code):
        peers = [one["name"] for one in units if one["group"] == unit["group"]]
        known = [values[name, code] for name in peers if applies[name, code]]
        return [value for value in known if value is not None]

    def points(unit, row):
        name, code = unit["name"], row["code"]
        value = values[name, code]
        if not applies[name, code]:
            return None
        excluder = row["void_by"]
        if excluder and applies[name, excluder] and something(given_values[name, excluder]):
            return F(0)
        if value is None and row["kind"] != "constant":
            return F(0)
        context = {"last": last.get((name, code))}
        if row["kind"] in IN_GROUP:
            context["group"] = group(unit, code)
        if "peer" in row:
            others = group(unit, row["peer"])
            mean = sum(others) / len(others) if others and row["of_mean"] else F(0)
            own = values[name, row["peer"]] if applies[name, row["peer"]] else None
            context["other"] = own, mean
        return by_text.leaf_points(row, plan["decimals"], value, **context)

    sheets = {
        unit["name"]: {code: points(unit, row) for code, row in leaves.items()} for unit in units
    }
    totals = {
        unit["name"]: total(
            plan, rows, unit["kind"], sheets[unit["name"]], vetoes.get(unit["name"])
        )
        for unit in units
    }
    return sheets, totals


def something(value):
    if isinstance(value, dict):
        return any(something(part) for part in value.values())
    return any(value) if isinstance(value, list) else bool(value)


def total(plan, rows, kind, points, veto):
    counted = by_text.sheet_of(rows, plan["decimals"], kind, points)
    sums = {
        role: sum(
            (counted[row["code"]] or F(0))
            for row in rows
            if not row["parent"] and row["role"] == role
        )
        for role in ("base", "bonus", "deduction")
    }
    base = by_text.base_of(
        plan["policy"],
        plan["total"],
        sums["base"],
        by_text.applicable(rows, kind),
        plan["decimals"],
    )
    return F(0) if veto == "一票否决" else base + sums["bonus"] - sums["deduction"]


def of_kind(vetoes, kind):
    return {unit for unit, own in vetoes.items() if own == kind}


@settings(deadline=None, max_examples=60)
@given(years(), st.randoms(use_true_random=False))
def test_two_readings_of_the_text_agree(year, chance):
    plan, rows, units, values, last, vetoes = year
    sheets, totals = expected(*year)

    scheme = read_scheme(scheme_workbook(plan, rows, list(vetoes.items()), chance))
    results = score_values(
        scheme, read_values(values_workbook(rows, units, values, last, chance), scheme)
    )
    table = list(csv.DictReader(io.StringIO(as_csv(scheme, results))))

    for row in table:
        assert {
            code: F(row[code]) if row[code] else None for code in sheets[row["单位"]]
        } == sheets[row["单位"]]
    assert {row["单位"]: F(row["总分"]) for row in table} == totals
    for name in "一二":
        standing = {one["name"]: totals[one["name"]] for one in units if one["group"] == name}
        grades = by_text.graded(
            plan, standing, of_kind(vetoes, "一票否优"), of_kind(vetoes, "一票否决")
        )
        own = [row for row in table if row["分组"] == name]
        assert {row["单位"]: row["等次"] for row in own} == grades
        assert {row["单位"]: int(row["名次"]) for row in own} == {
            unit: 1 + sum(other > one for other in standing.values())
            for unit, one in standing.items()
        }
