"""Fills the register from the public lists shipped with the platform."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from core import audit
from organisations.models import Organisation, Region, TradeSystem
from organisations.models.kinds import TOWNSHIP_KINDS, VILLAGE_KINDS, Kind
from organisations.models.region import CODE_LENGTH

DATA = Path(__file__).resolve().parents[1] / "data"
VERIFIED = Organisation.Verification.VERIFIED
UNVERIFIED = Organisation.Verification.UNVERIFIED

# Regions above the county, as code: name, level, kind, code of the parent.
ABOVE = {
    "110000000000": ("北京市", Region.Level.PROVINCE, "直辖市", ""),
    "150000000000": ("内蒙古自治区", Region.Level.PROVINCE, "自治区", ""),
    "150400000000": ("赤峰市", Region.Level.PREFECTURE, "市", "150000000000"),
    "150500000000": ("通辽市", Region.Level.PREFECTURE, "市", "150000000000"),
}
CITY_CODE = "150500000000"
KIND_OF_TOWNSHIP = {"街道": Kind.SUBDISTRICT, "农场": Kind.FARM}


@transaction.atomic
def load_register(*, by: Any) -> dict[str, int]:
    """Add the regions and organisations that are missing; returns how many of each were added.

    Safe to run again: what exists, renamed or ended meanwhile, stays as the office left it.
    """
    divisions, partners = _read("naiman_divisions"), _read("partner_regions")
    added = {
        "regions": _add_regions(divisions, partners),
        "townships": _add_townships(divisions),
        "villages": _add_villages(divisions),
        "departments": _add_departments(_read("departments")),
        "partners": _add_partners(partners),
    }
    if any(added.values()):
        audit.record("organisations.load_register", by=by, after=added)
    return added


def _read(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _full_code(code: str) -> str:
    return code.ljust(CODE_LENGTH, "0")


def _add_regions(divisions: list[dict[str, str]], partners: list[dict[str, str]]) -> int:
    """Level by level, so that a parent stands before its children."""
    by_name = {name: code for code, (name, *_rest) in ABOVE.items()}
    county = Region.Level.COUNTY
    above = [(code, name, name, *rest) for code, (name, *rest) in ABOVE.items()]
    counties = [
        (_full_code(row["code"]), row["name"], row["name"], county, row["name"][-1], city)
        for row in partners
        if (city := by_name[row["city"]])
    ]
    below = [
        (r["code"], r["name"], r["short_name"], r["level"], r["kind"], r["parent_code"])
        for r in divisions
    ]
    before = Region.objects.count()
    for level in Region.Level.values:
        _insert_regions([row for row in above + counties + below if row[3] == level])
    return Region.objects.count() - before


def _insert_regions(rows: list[tuple[str, ...]]) -> None:
    parents = Region.objects.in_bulk({row[5] for row in rows if row[5]}, field_name="code")
    Region.objects.bulk_create(
        [
            Region(
                code=code,
                name=name,
                short_name=short,
                level=level,
                kind=kind,
                parent=parents.get(parent),
            )
            for code, name, short, level, kind, parent in rows
        ],
        ignore_conflicts=True,
    )


def _regions(rows: Iterable[dict[str, str]]) -> dict[str, Region]:
    return Region.objects.in_bulk({_full_code(row["code"]) for row in rows}, field_name="code")


def _taken(kinds: Iterable[str]) -> set[str]:
    """Codes of the regions that already have an organisation of these kinds, ended or not."""
    known = Organisation.objects.filter(kind__in=kinds)
    return set(known.values_list("region__code", flat=True))


def _insert(rows: Iterable[Organisation]) -> int:
    rows = list(rows)
    for row in rows:
        row.set_search_text()
    return len(Organisation.objects.bulk_create(rows))


def _add_townships(divisions: list[dict[str, str]]) -> int:
    rows = [row for row in divisions if row["level"] == Region.Level.TOWNSHIP]
    regions, taken = _regions(rows), _taken(TOWNSHIP_KINDS)
    return _insert(
        Organisation(
            name=row["parent_name"] + row["name"].removesuffix("办事处"),
            short_name=row["short_name"],
            kind=KIND_OF_TOWNSHIP.get(row["kind"], Kind.TOWNSHIP),
            region=regions[row["code"]],
            verification=VERIFIED,
        )
        for row in rows
        if row["code"] not in taken
    )


def _add_villages(divisions: list[dict[str, str]]) -> int:
    rows = [row for row in divisions if row["level"] == Region.Level.VILLAGE]
    regions, taken = _regions(rows), _taken(VILLAGE_KINDS)
    townships = Organisation.objects.filter(kind__in=TOWNSHIP_KINDS).order_by("-pk")
    superiors = {town.region.code: town for town in townships.select_related("region")}
    return _insert(
        Organisation(
            name=row["name"],
            short_name=row["short_name"],
            kind=Kind.COMMUNITY if row["kind"] == "社区" else Kind.VILLAGE,
            region=regions[row["code"]],
            superior=superiors[row["parent_code"]],
            verification=UNVERIFIED,
        )
        for row in rows
        if row["code"] not in taken
    )


def _add_departments(rows: list[dict[str, str]]) -> int:
    systems = TradeSystem.objects.in_bulk(field_name="name")
    codes = {Kind.CITY_DEPARTMENT: CITY_CODE}
    regions = Region.objects.in_bulk([CITY_CODE, settings.COUNTY_CODE], field_name="code")
    known = set(Organisation.objects.values_list("name", flat=True))
    known |= set(Organisation.objects.values_list("names__name", flat=True))
    return _insert(
        Organisation(
            name=row["name"],
            short_name=row["short_name"],
            kind=row["kind"],
            region=regions[codes.get(row["kind"], settings.COUNTY_CODE)],
            trade_system=systems.get(row["trade_system"]),
            is_external=row["kind"] == Kind.CITY_DEPARTMENT,
            verification=row["verification"],
        )
        for row in rows
        if row["name"] not in known
    )


def _add_partners(partners: list[dict[str, str]]) -> int:
    """Every listed county but our own."""
    rows = [row for row in partners if _full_code(row["code"]) != settings.COUNTY_CODE]
    regions, taken = _regions(rows), _taken([Kind.OUTSIDE_REGION])
    return _insert(
        Organisation(
            name=row["city"] + row["name"],
            short_name=row["name"],
            kind=Kind.OUTSIDE_REGION,
            region=regions[_full_code(row["code"])],
            is_external=True,
            verification=VERIFIED,
        )
        for row in rows
        if _full_code(row["code"]) not in taken
    )
