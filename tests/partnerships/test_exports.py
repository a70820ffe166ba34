"""The ledgers: every column, exactly what the list shows, a fixed number of queries."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict

from accounts.rights import Role
from core.models import AuditRecord
from core.sheets import read_table
from partnerships.exports import COMMON, LEDGERS, ledger_of
from partnerships.models import ContentKind, Form
from tests.factories.activities import accepted_activity
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    TradeSystemFactory,
    UserFactory,
    user_with,
)
from tests.factories.partnerships import (
    AgreementFactory,
    IndustryLinkageFactory,
    MemberFactory,
    MilestoneFactory,
    RegionalAllianceFactory,
    RepresentativeMatrixFactory,
    SeatFactory,
    asked,
    pairing_of,
)

pytestmark = pytest.mark.django_db


def csv_rows(response):
    """What stands below the title and the two lines about the file."""
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))[3:]


def test_partnership_export_writes_every_fact(client):
    lead = OrganisationFactory(short_name="东明镇")
    other = OrganisationFactory(short_name="新镇")
    parent = pairing_of(lead, name="片区协议", starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1))
    pairing = pairing_of(
        lead,
        other,
        name="两镇结对",
        ends_on=date(2026, 12, 31),
        aim="共建",
        parent=parent.partnership_ptr,
        budget_asked=Decimal("20000"),
        budget_granted=Decimal("12000.50"),
    )
    asked(pairing, OrganisationFactory(short_name="治安镇"))
    MemberFactory(
        partnership=pairing,
        organisation=OrganisationFactory(short_name="青龙山镇"),
        consent="declined",
    )
    pairing.content_kinds.set(ContentKind.objects.filter(form="pairing")[:2])
    AgreementFactory(partnership=pairing, document_number="奈创协1号")
    MilestoneFactory(partnership=pairing, done_on=date(2026, 5, 1))
    MilestoneFactory(partnership=pairing)
    accepted_activity(lead, title="座谈").partnerships.add(pairing)
    client.force_login(user_with(Role.OFFICE_STAFF))

    head, row, *_rest = csv_rows(client.get("/partnerships/export.csv?form=pairing&year=2026"))

    facts = dict(zip(head, row, strict=True))
    assert facts.pop("提出时间")
    assert facts.pop("启动时间")
    assert facts == {
        "项目名称": "两镇结对",
        "形式": "一对一结对",
        "状态": "实施中",
        "牵头单位": "东明镇",
        "同意单位": "东明镇、新镇",
        "待答复单位": "治安镇",
        "婉拒单位": "青龙山镇",
        "开始日期": "2026-01-10",
        "结束日期": "2026-12-31",
        "联创内容": "宣传教育、文体活动",
        "目标和做法": "共建",
        "协议": "奈创协1号",
        "计划事项": "2",
        "已完成事项": "1",
        "已采用活动": "1",
        "申请经费（元）": "20000.00",
        "核定经费（元）": "12000.50",
        "所属片区协议": "片区协议",
        "结束或取消说明": "",
        "结对维度": "业务与地域",
        "结对类型": "乡镇与乡镇",
    }


def some_of_each(count):
    for _number in range(count):
        pairing_of(OrganisationFactory(), OrganisationFactory())
        for factory in (
            IndustryLinkageFactory,
            RepresentativeMatrixFactory,
            RegionalAllianceFactory,
        ):
            row = factory()
            MemberFactory(partnership=row, organisation=row.lead)


@pytest.mark.parametrize(
    ("form", "own"),
    [
        ("pairing", ["结对维度", "结对类型"]),
        ("industry", ["行业系统"]),
        ("matrix", ["群体", "席位"]),
        ("alliance", ["旗外地区"]),
        ("", []),
    ],
)
def test_partnership_export_has_the_columns_of_its_form(client, form, own):
    some_of_each(1)
    client.force_login(user_with(Role.LEADER))

    response = client.get("/partnerships/export.xlsx", {"form": form})

    rows = read_table(io.BytesIO(response.content))
    assert rows[3] == [*(column.label for column in COMMON), *own]
    assert len(rows[4:-1]) == (1 if form in Form.values else 4)


@pytest.mark.parametrize("query", [{"form": "nonsense"}, {"form": "pairing", "status": "x"}])
def test_partnership_export_refuses_a_condition_that_makes_no_sense(client, query):
    some_of_each(1)
    client.force_login(user_with(Role.LEADER))

    response = client.get("/partnerships/export.xlsx", query, follow=True)

    address, status = response.redirect_chain[0]
    assert (address.partition("?")[0], status) == ("/partnerships/", 302)
    html = response.content.decode()
    assert [html.count(words) for words in ("看不懂，没有导出", "看不懂，已忽略")] == [1, 1]


def test_ledger_words_of_each_form():
    system = TradeSystemFactory(name="教体")
    linkage = IndustryLinkageFactory(trade_system=system)
    matrix = RepresentativeMatrixFactory()
    SeatFactory(matrix=matrix, capacity="旗党代表", term_until=date(2027, 1, 1), public_name="某某")
    alliance = RegionalAllianceFactory()
    alliance.partner_regions.add(RegionFactory(name="通州区"))

    words = [
        LEDGERS[row.form].as_row(_loaded(row))[len(COMMON) :] for row in (linkage, matrix, alliance)
    ]

    assert words == [["教体"], ["党代表", "旗党代表"], ["通州区"]]


def _loaded(row):
    return type(row.partnership_ptr).objects.with_counts().get(pk=row.pk)


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize(("form", "queries"), [("", 7), ("pairing", 5), ("alliance", 6)])
def test_ledger_query_count(django_assert_num_queries, item_count, form, queries):
    some_of_each(item_count)
    for alliance in RegionalAllianceFactory._meta.model.objects.all():
        alliance.partner_regions.add(RegionFactory())
    user = user_with(Role.OFFICE_STAFF)
    user.grants("partnership.view")
    ledger = ledger_of(form)

    with django_assert_num_queries(queries):
        rows = [ledger.as_row(row) for row in ledger.select(user, QueryDict("year=")).qs]

    assert len(rows) == (item_count if form else item_count * 4)


def test_partnership_export_takes_the_year_of_the_session(client):
    pairing_of(
        OrganisationFactory(), name="去年的", starts_on=date(2025, 1, 1), ends_on=date(2025, 9, 1)
    )
    pairing_of(OrganisationFactory(), name="今年的")
    client.force_login(user_with(Role.OFFICE_STAFF))

    this_year = csv_rows(client.get("/partnerships/export.csv"))
    every_year = csv_rows(client.get("/partnerships/export.csv?year="))

    assert [row[0] for row in this_year[1:]] == ["今年的"]
    assert [row[0] for row in every_year[1:]] == ["今年的", "去年的"]


def test_partnership_export_of_a_liaison_has_their_own(client):
    unit = OrganisationFactory()
    pairing_of(unit, name="本单位的")
    pairing_of(OrganisationFactory(), name="别人的")
    client.force_login(user_with(Role.LIAISON, unit))

    rows = csv_rows(client.get("/partnerships/export.csv"))

    assert [row[0] for row in rows[1:]] == ["本单位的"]


def test_partnership_export_leaves_a_trace(client):
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)

    client.get("/partnerships/export.xlsx?form=matrix")

    record = AuditRecord.objects.first()
    assert (record.verb, record.by, record.after["title"]) == (
        "partnerships.export_list",
        user,
        "代表性矩阵台账",
    )


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.OFFICE_STAFF, "/partnerships/export.pdf", 404),
        (Role.AUDITOR, "/partnerships/export.xlsx", 403),
    ],
)
def test_partnership_export_refuses(client, role, path, status):
    client.force_login(user_with(role))

    assert client.get(path).status_code == status


def test_partnership_export_asks_for_log_in(client):
    UserFactory()

    assert client.get("/partnerships/export.xlsx").status_code == 302
