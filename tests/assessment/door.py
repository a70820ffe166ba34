"""A scheme and its values through the pages into the database, computed, and out again.

What comes out is compared with what `manage.py try_scheme` prints, byte by byte.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.rights import Role
from assessment import actions
from assessment.models import AssessmentGroup, Indicator, Run, Scheme
from assessment.rules import find_rule
from core import jobs
from organisations.models import Organisation
from organisations.models.kinds import Kind
from tests.assessment import trial
from tests.factories.assessment import AssessmentGroupFactory, GroupMemberFactory
from tests.factories.organisations import OrganisationFactory, RegionFactory, county, user_with

JUDGES = "旗委宣传部"
HEAD = (*trial.HEAD, "数据来源", "负责部门")
# A county has one scheme of a name in a year.
NUMBERS = count(1)
Rows = Sequence[Sequence[Any]]


def address(name: str, *args: Any) -> str:
    return reverse(f"assessment:{name}", args=args)


def scheme_content(
    indicators: Sequence[trial.Row],
    settings: Mapping[str, Any] | None = None,
    vetoes: Sequence[Sequence[str]] = (),
) -> bytes:
    """The scheme of `trial.scheme_content`; every leaf says where its values come from."""
    name = f"试算方案{next(NUMBERS)}"
    wanted = {"名称": name, "年度": 2026, "总分": 100, **(settings or {})}
    rows = [row | source(row.get("赋分办法")) for row in indicators]
    sheets = {
        "方案": [("项目", "值"), *wanted.items()],
        "指标": [HEAD, *([row.get(label) for label in HEAD] for row in rows)],
        "否决": [("单位", "类型", "事由"), *vetoes],
    }
    return trial.content(sheets)


def source(rule: str | None) -> dict[str, str]:
    """人工 for what people mark, 导入 for all else that wants a value."""
    kind = find_rule(rule) if rule else None
    if kind is None or kind.kind == "constant":
        return {}
    if kind.kind == "manual":
        return {"数据来源": "人工", "负责部门": JUDGES}
    return {"数据来源": "导入"}


class Office:
    """Those who carry a scheme from the workbook to its results, each on their own pages."""

    def __init__(self, client: Client, folder: Path, capture: Any) -> None:
        self.client, self.folder, self.capture = client, folder, capture
        self.staff = user_with(Role.OFFICE_STAFF)
        self.director = user_with(Role.OFFICE_DIRECTOR)

    @cached_property
    def judges(self) -> Organisation:
        """The department that marks; in the register once it is asked for."""
        return OrganisationFactory(
            name=JUDGES, short_name=JUDGES, kind=Kind.PARTY_DEPARTMENT, region=county()
        )

    def tried(self, scheme: bytes, values: bytes) -> str:
        """What the command prints."""
        paths = []
        for name, content in (("scheme.xlsx", scheme), ("values.xlsx", values)):
            paths.append(self.folder / name)
            paths[-1].write_bytes(content)
        self.capture.readouterr()
        call_command("try_scheme", *map(str, paths))
        return self.capture.readouterr().out.decode()

    def post(self, by: User, name: str, *args: Any, **data: Any) -> Any:
        self.client.force_login(by)
        return self.client.post(address(name, *args), data)

    def imported(self, content: bytes) -> Scheme:
        assert self.judges.name == JUDGES
        response = self.post(self.staff, "scheme_import", file=upload(content), year="2026")
        assert response.status_code == 302, response.context["faults"]
        return self.latest()

    def latest(self) -> Scheme:
        return Scheme.objects.latest("pk")

    def published(self, scheme: Scheme) -> Scheme:
        facts = {
            "document_number": f"奈创办发〔2026〕{scheme.pk}号",
            "reason": "照上级的表",
            "unrehearsed": "on",
            "seen": actions.scheme_stamp(scheme),
        }
        response = self.post(self.director, "scheme_publish", scheme.pk, **facts)
        assert response.status_code == 302, [f.message for f in response.context["faults"]]
        scheme.refresh_from_db()
        return scheme

    def enter(self, scheme: Scheme, values: bytes) -> None:
        """The imported leaves from a workbook of values, looked at and saved."""
        facts = {"file": upload(values), "basis": "公报", "blanks": "keep"}
        response = self.post(self.staff, "value_upload", scheme.pk, **facts)
        assert response.status_code == 200, response.context["faults"]
        signed = response.context["signed"]
        self.post(self.staff, "value_save", scheme.pk, signed=signed)

    def mark(self, leaf: Indicator, marks: Mapping[Organisation, str]) -> None:
        """The marks of each unit, ``8，9，7.5``, one for each judge."""
        given = {unit.pk: text.replace("，", ",").split(",") for unit, text in marks.items()}
        for place in range(max(map(len, given.values()))):
            judge = user_with(Role.SCORER, self.judges)
            cells = {
                f"v-{leaf.pk}-{unit}": own[place] for unit, own in given.items() if place < len(own)
            }
            response = self.post(
                judge, "mark_grid", leaf.scheme_id, same_reason="实地看过", **cells
            )
            assert response.status_code == 302

    def computed(self, scheme: Scheme) -> Run:
        self.post(self.staff, "scheme_compute", scheme.pk)
        run = Run.objects.latest("pk")
        jobs.run(run.job_id)
        run.refresh_from_db()
        assert run.finished_at, run.job.message
        return run

    def file(self, name: str, *args: Any) -> bytes:
        self.client.force_login(self.staff)
        response = self.client.get(address(name, *args))
        assert response.status_code == 200
        return response.content

    def checked(self, run: Run) -> str:
        """The stored cells, which the downloaded files and the ledger give too."""
        stored = self.file("run_export", run.pk, "csv").decode()
        values = self.file("run_export", run.pk, "xlsx")
        assert self.tried(self.file("scheme_workbook", run.scheme_id), values) == stored
        assert self.ledger(run) == [
            [row["分组"], row["单位"], trimmed(row["总分"]), row["名次"], row["等次"]]
            for row in sorted(rows_of(stored), key=lambda row: (row["分组"], row["单位"]))
        ]
        return stored

    def ledger(self, run: Run) -> list[list[str]]:
        """Group, unit, total, rank and grade as the ledger of the pages has them."""
        content = self.file("score_export", run.scheme_id, "csv").decode("utf-8-sig")
        rows = [row for row in csv.reader(io.StringIO(content)) if len(row) > 3]
        head = rows[0]
        places = [head.index(label) for label in ("考核分组", "单位", "总分", "组内名次", "等次")]
        return sorted([row[place] for place in places] for row in rows[1:])


def trimmed(number: str) -> str:
    """As the ledger writes it: without idle zeros."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("表.xlsx", content)


def write_units(rows: Rows) -> dict[str, Organisation]:
    """A unit of the register for each row of the sheet 数据; townships where no kind is said."""
    by_label = {str(kind.label): kind for kind in Kind}
    head, *body = rows
    name, kind = head.index("单位"), head.index("类型")
    return {
        row[name]: OrganisationFactory(
            name=f"{row[name]}机关",
            short_name=row[name],
            kind=by_label.get(row[kind], Kind.TOWNSHIP),
            region=RegionFactory(),
        )
        for row in body
    }


def group_as(scheme: Scheme, rows: Rows, units: Mapping[str, Organisation]) -> None:
    """The groups of the sheet 数据 in place of the usual ones."""
    scheme.groups.all().delete()
    head, *body = rows
    groups: dict[str, AssessmentGroup] = {}
    for row in body:
        label = row[head.index("分组")]
        if label not in groups:
            groups[label] = AssessmentGroupFactory(scheme=scheme, name=label, order=len(groups))
        GroupMemberFactory(group=groups[label], organisation=units[row[head.index("单位")]])


def through_stored_data(
    office: Office, content: bytes, rows: Rows, previous: Rows = (), values: bytes = b""
) -> str:
    """The cells of a run over stored values; the command prints the same for the same files.

    `rows` are those of sheet 数据, `values` the workbook where it is written otherwise.
    """
    values = values or trial.values_content(rows, previous)
    units = write_units(rows)
    scheme = office.imported(content)
    group_as(scheme, rows, units)
    scheme = office.published(scheme)
    leaves = {leaf.code: leaf for leaf in scheme.indicators.all()}
    if any(leaf.source == Indicator.Source.IMPORTED for leaf in leaves.values()):
        office.enter(scheme, values)
    for place, code in enumerate(rows[0]):
        leaf = leaves.get(code)
        if leaf is not None and leaf.source == Indicator.Source.MANUAL:
            office.mark(leaf, {units[row[0]]: str(row[place]) for row in rows[1:]})
    stored = office.checked(office.computed(scheme))
    assert office.tried(content, values) == stored
    return stored
