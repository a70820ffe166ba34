"""The ledger of results: exactly what the list shows, with every column."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal as D

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.rights import Role
from assessment import exports, permissions
from assessment.models import Run
from core.exports import make_export
from core.jobs import JobHandle
from core.models import Job
from organisations.models.kinds import Kind
from tests.factories.assessment import (
    AssessmentGroupFactory,
    RunFactory,
    SchemeFactory,
    ScoreFactory,
    approved,
)
from tests.factories.organisations import OrganisationFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Run:
    """Two townships and an office, vetoed, as of 5 March 10:32 in the county."""
    moment = datetime(2026, 3, 5, 2, 32, tzinfo=UTC)
    run = RunFactory(scheme=SchemeFactory(title="2026年方案"), number=3, data_as_of=moment)
    towns = AssessmentGroupFactory(scheme=run.scheme, name="苏木乡镇", order=0)
    offices = AssessmentGroupFactory(scheme=run.scheme, name="政府部门", order=1)
    for rank, name in enumerate(("甲镇", "乙镇"), 1):
        ScoreFactory(
            run=run, group=towns, rank=rank, total=D(90 - rank), organisation__short_name=name
        )
    ScoreFactory(
        run=run,
        group=offices,
        organisation__short_name="=丙局",
        organisation__kind=Kind.GOVERNMENT_DEPARTMENT,
        vetoes=[["total", "弄虚作假"]],
        total=D(0),
        grade="不合格",
    )
    return run


def export(client, run, file_format, **query):
    address = reverse("assessment:score_export", args=[run.scheme_id, file_format])
    return client.get(address, query)


def rows_of(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_score_export_writes_what_is_filtered(client, run):
    client.force_login(user_with(Role.OFFICE_STAFF, name="王科员"))

    rows = rows_of(export(client, run, "csv", kind="township", sort="total"))

    assert rows[0] == ["联创共建考核得分台账"]
    assert rows[1] == ["筛选条件：类型：苏木乡镇；考核方案：2026年方案"]
    assert rows[2][0].startswith("制表：王科员")
    assert rows[2][0].endswith("数据截至：2026-03-05 10:32")
    assert rows[3] == [
        "考核分组", "单位", "类型", "基础分", "加分", "扣分", "总分", "组内名次", "等次", "否决",
        "更正", "第几次计算", "数据截至",
    ]  # fmt: skip
    assert [row[:2] + row[6:8] for row in rows[4:]] == [
        ["苏木乡镇", "乙镇", "88", "2"],
        ["苏木乡镇", "甲镇", "89", "1"],
    ]


def test_score_export_as_workbook_keeps_numbers_and_no_formulas_of_names(client, run):
    client.force_login(user_with(Role.LEADER))

    response = export(client, run, "xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    last = [cell.value for cell in sheet[7]]
    assert last[:7] == ["政府部门", "=丙局", "政府部门", 0, 0, 0, 0]
    assert (last[8:12], sheet["B7"].data_type) == (["不合格", "一票否决", None, 3], "s")


def test_score_export_keeps_ranks_back_from_a_unit_until_approved(client, run):
    unit = run.scores.get(organisation__short_name="甲镇").organisation
    client.force_login(user_with(Role.LIAISON, unit))
    before = rows_of(export(client, run, "csv"))[4:]
    approved(run.scheme)

    after = rows_of(export(client, run, "csv"))[4:]

    assert [row[1:2] + row[7:9] for row in before] == [["甲镇", "", "审定后公布"]]
    assert [row[1:2] + row[7:9] for row in after] == [["甲镇", "1", "优秀"]]


def test_score_export_refuses_unknown_formats_and_schemes_without_results(client, run):
    client.force_login(user_with(Role.OFFICE_STAFF))
    empty = SchemeFactory()
    address = reverse("assessment:score_export", args=[empty.pk, "csv"])

    assert export(client, run, "ods").status_code == 404
    assert client.get(address).status_code == 404


def test_score_export_of_nothing_is_a_file_that_says_so(client, run):
    client.force_login(user_with(Role.OFFICE_STAFF))

    rows = rows_of(export(client, run, "csv", q="没有这个单位"))

    assert len(rows) == 4


def test_score_export_in_the_background_knows_its_scheme(run):
    user = user_with(Role.OFFICE_STAFF)
    params = {"key": exports.SCORES.key, "file_format": "csv", "query": f"scheme={run.scheme_id}"}
    job = Job.objects.create(
        kind="core.export_list",
        title="导出",
        params=params,
        requested_by=user,
        state=Job.State.RUNNING,
        claim="c",
        heartbeat_at=run.finished_at,
    )

    make_export(JobHandle(job, "c"))

    with job.files.get().file.open() as stream:
        assert len(stream.read().decode("utf-8-sig").splitlines()) == 7


@pytest.mark.parametrize(
    ("role", "is_formal", "expected"),
    [
        (Role.OFFICE_STAFF, False, True),
        (Role.LEADER, False, True),
        (Role.LIAISON, False, False),
        (Role.LIAISON, True, True),
        (Role.SCORER, False, False),
    ],
)
def test_ranks_are_for_those_beyond_one_unit_until_approved(role, is_formal, expected):
    user = user_with(role, OrganisationFactory())

    assert permissions.can_see_ranks(user, is_formal=is_formal) is expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.OFFICE_STAFF, True),
        (Role.OFFICE_DIRECTOR, True),
        (Role.LEADER, False),
        (Role.LIAISON, False),
    ],
)
def test_judges_are_named_to_the_office(role, expected):
    assert permissions.can_see_judges(user_with(role)) is expected


def test_run_is_formal_once_approved_and_only_the_latest(run):
    later = RunFactory(scheme=run.scheme, number=4)
    trial = later.is_formal()

    approved(run.scheme)

    assert (trial, later.is_formal(), run.is_formal()) == (False, True, False)


def test_score_export_refuses_a_condition_that_makes_no_sense(client, run):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = export(client, run, "csv", group="x")

    back = reverse("assessment:score_list", args=[run.scheme_id])
    assert (response.status_code, response.url.partition("?")[0]) == (302, back)
    assert "没有导出" in [str(one) for one in get_messages(response.wsgi_request)][0]
