"""The register's list, its export, and verification."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse

from accounts.rights import Role
from core import jobs
from core.exports import AT_ONCE
from core.models import AuditRecord, Job
from core.sheets import read_table
from organisations.actions import load_register
from organisations.models import Organisation
from organisations.models.kinds import Kind
from tests.factories.demonstrations import TitleFactory
from tests.factories.organisations import (
    OrganisationFactory,
    RegionFactory,
    TradeSystemFactory,
    user_with,
)
from tests.factories.partnerships import pairing_of

pytestmark = pytest.mark.django_db

LIST = reverse("organisations:organisation_list")
VERIFY = reverse("organisations:organisation_verify_many")


def shown(response):
    return [row.short_name for row in response.context["page"]]


@pytest.fixture
def staff(client):
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)
    return user


@pytest.mark.parametrize("item_count", [1, 3, 50])
def test_organisation_list_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    staff = user_with(Role.OFFICE_STAFF)
    for unit in OrganisationFactory.create_batch(item_count, verification="unverified"):
        TitleFactory(organisation=unit)
        pairing_of(unit, staff.main_organisation)
    client.force_login(staff)
    client.get(LIST)

    with django_assert_num_queries(13):
        response = client.get(LIST, {"per_page": 100})

    assert len(shown(response)) == item_count + 1


@pytest.mark.parametrize("item_count", [1, 3, 50])
def test_organisation_list_searches_with_fewer_queries_as_one_types(
    client, django_assert_num_queries, item_count
):
    OrganisationFactory.create_batch(item_count, verification="unverified")
    client.force_login(user_with(Role.OFFICE_STAFF))
    headers = {"HX-Request": "true", "HX-Target": "organisation-rows"}
    client.get(LIST)

    with django_assert_num_queries(10):
        response = client.get(LIST, {"q": "苏木", "per_page": 100}, headers=headers)

    assert len(shown(response)) == item_count


def test_organisation_list_sorts_by_partnerships_over_all_pages(client, staff):
    units = OrganisationFactory.create_batch(26)
    pairing_of(units[25], units[24])
    pairing_of(units[25], units[23])

    response = client.get(LIST, {"sort": "-partners"})

    rows = list(response.context["page"])
    assert [row.pk for row in rows[:3]] == [units[n].pk for n in (25, 23, 24)]
    assert [row.partnership_count for row in rows[:4]] == [2, 1, 1, 0]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE_STAFF, 200),
        (Role.OFFICE_DIRECTOR, 200),
        (Role.LIAISON, 200),
        (Role.SCORER, 200),
        (Role.LEADER, 200),
        (Role.SYSTEM_ADMIN, 403),
        (Role.SECURITY_ADMIN, 403),
        (Role.AUDITOR, 403),
    ],
)
def test_organisation_list_opens_to_whoever_works_in_the_county(client, role, status):
    client.force_login(user_with(role))

    assert client.get(LIST).status_code == status


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["大沁他拉镇", "一村", "一中"]),
        ("q=dqtl", ["大沁他拉镇"]),
        ("q=%E4%B8%80", ["一村", "一中"]),
        ("kind=school", ["一中"]),
        ("trade_system={system}", ["一中"]),
        ("township={town}", ["大沁他拉镇", "一村"]),
        ("partner=yes", ["大沁他拉镇", "一中"]),
        ("partner=no", ["一村"]),
        ("title_level=city", ["大沁他拉镇"]),
        ("title_level=county", []),
        ("verification=unverified", ["一村"]),
        ("validity=ended", ["旧校"]),
        ("validity=all", ["大沁他拉镇", "一村", "一中", "旧校"]),
        ("active_on=2020-01-01", ["大沁他拉镇", "一村", "一中", "旧校"]),
        ("kind=village&township={town}&partner=no&verification=unverified", ["一村"]),
        ("kind=school&title_level=city&active_on=2020-01-01", []),
        ("trade_system={system}&partner=yes&q=yz&sort=-partners", ["一中"]),
        ("sort=-name", ["大沁他拉镇", "一村", "一中"]),
        ("sort=partners", ["一村", "大沁他拉镇", "一中"]),
        ("sort=password&kind=nonsense&page=-3&active_on=x", ["大沁他拉镇", "一村", "一中"]),
        ("page=99999999999999999999999&per_page=7", ["大沁他拉镇", "一村", "一中"]),
        ("township=99999999999999999999999", ["大沁他拉镇", "一村", "一中"]),
    ],
)
def test_organisation_list_filters_and_sorts(client, query, found):
    town = RegionFactory(code="150525101000")
    system = TradeSystemFactory(name="教体系统")
    unit = OrganisationFactory(short_name="大沁他拉镇", name="奈曼旗大沁他拉镇", region=town)
    OrganisationFactory(
        short_name="一村",
        kind=Kind.VILLAGE,
        superior=unit,
        verification="unverified",
        region=RegionFactory(code="150525101201", level="village", parent=town),
    )
    school_town = RegionFactory(code="150525102000")
    facts = {"kind": Kind.SCHOOL, "region": school_town}
    school = OrganisationFactory(short_name="一中", name="中学", trade_system=system, **facts)
    OrganisationFactory(short_name="旧校", valid_until=date(2024, 1, 1), **facts)
    TitleFactory(organisation=unit)
    TitleFactory(organisation=school, level="county", valid_until=date(2025, 1, 1))
    pairing_of(unit, school)
    client.force_login(user_with(Role.LIAISON, unit))

    response = client.get(f"{LIST}?{query.format(system=system.pk, town=unit.pk)}")

    assert shown(response) == found


def test_organisation_list_answers_htmx_with_the_rows_alone(client, staff):
    headers = {"HX-Request": "true", "HX-Target": "organisation-rows"}

    response = client.get(LIST, headers=headers)

    assert response.content.decode().lstrip().startswith('<div id="organisation-rows"')


def test_organisation_list_asks_the_office_to_verify(client, staff):
    OrganisationFactory(verification="unverified")
    OrganisationFactory(verification="unverified", valid_until=date(2020, 1, 1))

    response = client.get(LIST)

    assert response.context["unverified_count"] == 1


def test_organisation_list_offers_no_ticks_to_readers(client):
    client.force_login(user_with(Role.LEADER))

    html = client.get(LIST).content.decode()

    assert html.count("row-check") == 0
    assert html.count(reverse("organisations:organisation_create")) == 0


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_organisation_export_gives_exactly_what_is_filtered(client, staff, file_format):
    OrganisationFactory(short_name="=一中", kind=Kind.SCHOOL)
    OrganisationFactory(short_name="二镇")
    url = reverse("organisations:organisation_export", args=[file_format])

    response = client.get(f"{url}?kind=school")

    content = response.getvalue()
    assert content.count(b"\xe4\xba\x8c\xe9\x95\x87") == 0
    if file_format == "xlsx":
        sheet = read_table(BytesIO(content))
        assert [row[1] for row in sheet][4:] == ["=一中"]
    else:
        lines = content.decode("utf-8-sig").splitlines()
        assert lines[1] == "筛选条件：类型：学校"
        assert lines[4].split(",")[1] == "'=一中"
    record = AuditRecord.objects.get()
    assert (record.verb, record.after["filter"]) == ("organisations.export_list", "类型：学校")


def test_organisation_export_of_a_long_list_is_a_job(client, staff, tmp_path):
    load_register(by=None)
    url = reverse("organisations:organisation_export", args=["csv"])

    response = client.get(url)

    assert response.status_code == 302
    job = Job.objects.get()
    assert (job.title, job.requested_by) == ("导出单位名册", staff)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.progress_done) == (Job.State.DONE, job.progress_total)
    assert job.progress_total > AT_ONCE
    with job.files.get().file.open("rb") as stream:
        lines = stream.read().decode("utf-8-sig").splitlines()
    assert len(lines) == 4 + job.progress_total


def test_organisation_export_knows_two_formats(client, staff):
    assert client.get(reverse("organisations:organisation_export", args=["exe"])).status_code == 404


@pytest.mark.parametrize(
    ("role", "own", "status", "verification"),
    [
        (Role.OFFICE_STAFF, True, 302, "verified"),
        (Role.OFFICE_STAFF, False, 404, "unverified"),
        (Role.OFFICE_DIRECTOR, True, 403, "unverified"),
        (Role.LIAISON, True, 403, "unverified"),
        (Role.LEADER, True, 403, "unverified"),
        (Role.AUDITOR, True, 403, "unverified"),
    ],
)
def test_organisation_verify_is_the_office_s(client, role, own, status, verification):
    region = RegionFactory() if own else RegionFactory(code="150421100000")
    unit = OrganisationFactory(verification="unverified", region=region)
    client.force_login(user_with(role))

    response = client.post(reverse("organisations:organisation_verify", args=[unit.pk]))

    unit.refresh_from_db()
    assert (response.status_code, unit.verification) == (status, verification)


def test_organisation_verify_many_verifies_what_is_ticked(client, staff):
    one, two = OrganisationFactory.create_batch(2, verification="unverified")
    done, other = OrganisationFactory(), OrganisationFactory(verification="unverified")
    foreign = OrganisationFactory(
        verification="unverified", region=RegionFactory(code="150421100000")
    )
    ids = [one.pk, two.pk, done.pk, foreign.pk, "x", "9" * 40]

    response = client.post(VERIFY, {"ids": ids, "next": f"{LIST}?kind=township"}, follow=True)

    left = Organisation.objects.filter(verification="unverified").order_by("pk")
    assert list(left) == [other, foreign]
    told = [str(message) for message in response.context["messages"]]
    assert told == ["已核实 2 个单位。另有 1 个原已核实或已停用，没有改动。"]
    assert response.redirect_chain == [(f"{LIST}?kind=township", 302)]


def test_organisation_verify_many_says_no_more_than_it_did(client, staff):
    one = OrganisationFactory(verification="unverified")

    response = client.post(VERIFY, {"ids": one.pk}, follow=True)

    told = [str(message) for message in response.context["messages"]]
    assert told == ["已核实 1 个单位。"]


def test_organisation_verify_many_says_when_nothing_is_ticked(client, staff):
    response = client.post(VERIFY, {"next": "https://elsewhere.example/"}, follow=True)

    told = [str(message) for message in response.context["messages"]]
    assert told == ["没有选中单位，请先在名单左侧勾选。"]
    assert response.redirect_chain == [(LIST, 302)]


def test_organisation_verify_many_is_refused_to_others(client):
    client.force_login(user_with(Role.LIAISON))

    assert client.post(VERIFY, {"ids": "1"}).status_code == 403


@pytest.fixture
def renamed(staff):
    """教体局 since 1 March 2024, 教育局 before."""
    unit = OrganisationFactory(
        name="奈曼旗教育体育局", short_name="旗教体局", kind=Kind.GOVERNMENT_DEPARTMENT
    )
    unit.names.create(
        name="奈曼旗教育局", short_name="旗教育局", kind="former", valid_until=date(2024, 2, 29)
    )
    return unit


@pytest.mark.parametrize(
    ("day", "label", "name"),
    [
        ("2023-12-31", "旗教育局", "奈曼旗教育局"),
        ("2024-03-01", "旗教体局", "奈曼旗教育体育局"),
        ("", "旗教体局", "奈曼旗教育体育局"),
    ],
)
def test_organisation_list_and_export_show_the_names_of_their_day(
    client, renamed, day, label, name
):
    query = {"active_on": day, "kind": "government_department"}

    page = client.get(LIST, query)
    sheet = read_table(
        BytesIO(
            client.get(reverse("organisations:organisation_export", args=["xlsx"]), query).content
        )
    )

    row = next(row for row in page.context["page"] if row.pk == renamed.pk)
    assert (row.listed_label, row.listed_name) == (label, name)
    assert [name, label] in [line[:2] for line in sheet]


def test_organisation_list_of_a_day_asks_no_more_for_more_rows(
    client, staff, django_assert_num_queries
):
    OrganisationFactory.create_batch(3)
    client.get(LIST)

    with django_assert_num_queries(14):
        client.get(LIST, {"active_on": "2023-12-31"})
    OrganisationFactory.create_batch(3)
    with django_assert_num_queries(14):
        client.get(LIST, {"active_on": "2023-12-31"})


def test_organisation_list_says_which_conditions_make_no_sense(client, staff):
    query = {"kind": "nonsense", "active_on": "x", "verification": "verified", "sort": "x"}

    response = client.get(LIST, query)

    html = response.content.decode()
    assert html.count("筛选条件“类型”“某日有效”看不懂，已忽略。") == 1
    assert client.get(LIST, {"sort": "x"}).content.decode().count("看不懂") == 0


def test_organisation_export_refuses_a_condition_that_makes_no_sense(client, staff):
    url = reverse("organisations:organisation_export", args=["xlsx"])

    response = client.get(url, {"kind": "nonsense"}, follow=True)

    assert response.redirect_chain == [(f"{LIST}?kind=nonsense", 302)]
    told = [str(message) for message in response.context["messages"]]
    assert told == ["筛选条件“类型”看不懂，没有导出；改好筛选再导出。"]
    assert not AuditRecord.objects.filter(verb="organisations.export_list").exists()


def test_organisation_verify_leaves_out_what_has_ended(client, staff):
    ended = OrganisationFactory(verification="unverified", valid_until="2025-01-01")

    response = client.post(VERIFY, {"ids": [ended.pk]}, follow=True)

    ended.refresh_from_db()
    assert ended.verification == "unverified"
    told = [str(message) for message in response.context["messages"]]
    assert told == ["已核实 0 个单位。另有 1 个原已核实或已停用，没有改动。"]
