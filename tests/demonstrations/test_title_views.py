"""Pages of demonstration titles."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from core.models import AuditRecord
from core.templatetags.ui import cn_date
from demonstrations.models import Title
from tests.factories.demonstrations import (
    TitleDecisionFactory,
    TitleFactory,
    TitleObjectionFactory,
    TitleStepFactory,
    title_in,
)
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    office,
    user_with,
)
from tests.factories.partnerships import pairing_of

pytestmark = pytest.mark.django_db

LIST = reverse("demonstrations:title_list")
CREATE = reverse("demonstrations:title_create")


def edit(title):
    return reverse("demonstrations:title_edit", args=[title.pk])


def detail(title):
    return reverse("demonstrations:title_detail", args=[title.pk])


def posted(unit, **changes):
    return {
        "organisation": unit.pk,
        "level": "city",
        "type": "unit",
        "authority": "通辽市人民政府",
        "document_number": "通政发〔2024〕3号",
        "named_on": "2024-03-01",
    } | changes


@pytest.mark.parametrize("item_count", [1, 3])
def test_title_list_needs_the_same_queries_for_any_number(
    client, django_assert_num_queries, item_count
):
    for title in TitleFactory.create_batch(item_count):
        pairing_of(title.organisation, OrganisationFactory())
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(LIST)

    with django_assert_num_queries(11):
        response = client.get(LIST)

    assert [row.duty for row in response.context["page"]] == ["met"] * item_count


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICE_STAFF, 200),
        (Role.OFFICE_DIRECTOR, 200),
        (Role.LIAISON, 200),
        (Role.LEADER, 200),
        (Role.SCORER, 403),
        (Role.AUDITOR, 403),
    ],
)
def test_title_list_opens_by_role(client, role, status):
    client.force_login(user_with(role))

    assert client.get(LIST).status_code == status


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["丙", "乙", "甲"]),
        ("q=yi", ["乙"]),
        ("level=city", ["乙"]),
        ("type=area", ["丙"]),
        ("force=yes", ["丙", "乙"]),
        ("force=no", ["甲"]),
        ("duty=unmet", ["乙"]),
        ("duty=met", []),
        ("status=named", ["丙", "乙"]),
        ("status=expiring", []),
        ("status=expired", ["甲"]),
        ("status=withdrawn", []),
        ("expiry=expired", ["甲"]),
        ("expiry=12", []),
        ("batch=第九批", ["乙"]),
        ("year=2024", ["丙"]),
        ("year=99999999999&batch=x&expiry=x&status=x", ["丙", "乙", "甲"]),
        ("sort=named", ["甲", "乙", "丙"]),
        ("sort=nonsense&level=nonsense&page=x", ["丙", "乙", "甲"]),
    ],
)
def test_title_list_filters_and_sorts(client, query, found):
    rows = [
        ("甲", {"level": "national", "named_on": date(2018, 1, 1)}),
        ("乙", {"named_on": date(2023, 1, 1), "batch": "第九批"}),
        ("丙", {"level": "county", "type": "area", "named_on": date(2024, 1, 1)}),
    ]
    for name, facts in rows:
        TitleFactory(organisation=OrganisationFactory(short_name=name), **facts)
    Title.objects.filter(level="national").update(valid_until=date(2023, 1, 1))
    client.force_login(user_with(Role.LEADER))

    response = client.get(f"{LIST}?{query}")

    assert [row.organisation.short_name for row in response.context["page"]] == found


def test_title_list_tells_the_office_who_owes(client):
    TitleFactory()
    unit = TitleFactory().organisation
    TitleFactory(organisation=unit, level="national")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(LIST)

    assert response.context["unmet_count"] == 2
    assert response.context["unmet_url"] == f"{LIST}?duty=unmet"


def test_title_list_answers_htmx_with_the_rows_alone(client):
    client.force_login(user_with(Role.LEADER))

    response = client.get(LIST, headers={"HX-Request": "true", "HX-Target": "title-rows"})

    assert response.content.decode().lstrip().startswith('<div id="title-rows"')


def test_title_export_gives_exactly_what_is_filtered(client):
    TitleFactory(organisation=OrganisationFactory(name="全称甲"))
    TitleFactory(level="county")
    client.force_login(user_with(Role.LEADER))
    url = reverse("demonstrations:title_export", args=["csv"])

    response = client.get(f"{url}?level=city")

    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[1] == "筛选条件：级别：市级"
    assert [line.split(",")[0] for line in lines[4:]] == ["全称甲"]
    assert lines[4].split(",")[-2:] == ["尚未带动", "已命名"]


def test_title_create_saves_and_reminds_of_the_duty(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(unit), follow=True)

    assert Title.objects.get().organisation == unit
    told = [str(message) for message in response.context["messages"]]
    assert told == ["已录入。按要求，市级及以上示范至少带动 1 家，可到联创项目里结对。"]


def test_title_create_of_a_county_title_reminds_of_nothing(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(unit, level="county"), follow=True)

    assert [str(message) for message in response.context["messages"]] == ["已录入。"]


def test_title_create_shows_a_broken_rule_at_its_field(client):
    unit = OrganisationFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(unit, level="county", authority="旗创建办"))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["authority"]
    record = AuditRecord.objects.get()
    assert (record.verb, record.outcome) == ("demonstrations.create_title", "refused")


def test_title_create_refuses_the_same_title_twice(client):
    title = TitleFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(title.organisation))

    assert response.context["form"].errors == {
        "__all__": ["该单位同日同级同类的命名已录入，请核对。"]
    }


@pytest.mark.parametrize(
    ("role", "in_county", "status", "saved"),
    [
        (Role.OFFICE_STAFF, True, 302, "第二批"),
        (Role.OFFICE_STAFF, False, 404, ""),
        (Role.OFFICE_DIRECTOR, True, 403, ""),
        (Role.LIAISON, True, 403, ""),
        (Role.LEADER, True, 403, ""),
    ],
)
def test_title_edit_is_the_office_s(client, role, in_county, status, saved):
    region = RegionFactory() if in_county else RegionFactory(code="150421100000")
    title = TitleFactory(organisation=OrganisationFactory(region=region))
    client.force_login(user_with(role))

    response = client.post(edit(title), posted(title.organisation, batch="第二批"))

    title.refresh_from_db()
    assert (response.status_code, title.batch) == (status, saved)


def test_title_of_another_township_is_seen_but_not_changed(client):
    """A leader of the county who is staff of one township only."""
    user = user_with(Role.OFFICE_STAFF, OrganisationFactory())
    AssignmentFactory(user=user, role=Role.LEADER, organisation=office())
    client.force_login(user)

    assert client.get(edit(TitleFactory())).status_code == 403


def test_title_forms_ask_again_when_they_are_empty(client):
    title = TitleFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    statuses = [client.post(url, {"batch": " "}).status_code for url in (CREATE, edit(title))]

    assert statuses == [422, 422]


def test_title_edit_keeps_an_organisation_that_ended(client):
    unit = OrganisationFactory(valid_until=date(2025, 1, 1))
    title = TitleFactory(organisation=unit)
    client.force_login(user_with(Role.OFFICE_STAFF))

    assert client.get(edit(title)).status_code == 200
    assert client.post(edit(title), posted(unit)).status_code == 302


@pytest.mark.parametrize(
    ("days", "within", "standing"),
    [
        (-1, ["expired"], "期满"),
        (0, ["3", "6", "12"], "临期"),
        (80, ["3", "6", "12"], "临期"),
        (150, ["6", "12"], "临期"),
        (300, ["12"], "已命名"),
        (400, [], "已命名"),
    ],
)
def test_title_list_counts_and_finds_what_runs_out(client, days, within, standing):
    """City titles are warned of six months ahead."""
    TitleFactory(valid_until=timezone.localdate() + timedelta(days=days))
    client.force_login(user_with(Role.LEADER))

    context = client.get(LIST).context
    found = [
        key
        for key in ("3", "6", "12", "expired")
        if len(client.get(f"{LIST}?expiry={key}").context["page"])
    ]

    assert found == within
    counted = [
        key
        for key, row in zip(("3", "6", "12", "expired"), context["expiries"], strict=True)
        if row["figure"]
    ]
    assert counted == within
    assert [row.get_standing_display() for row in context["page"]] == [standing]
    chosen = {"期满": "expired", "临期": "expiring", "已命名": "named"}[standing]
    assert len(client.get(f"{LIST}?status={chosen}").context["page"]) == 1


def test_title_list_leads_back_from_what_runs_out(client):
    client.force_login(user_with(Role.LEADER))

    rows = client.get(f"{LIST}?expiry=6").context["expiries"]

    assert [(row["url"], row["hint"]) for row in rows][1] == (LIST, "点一下看全部")


@pytest.mark.parametrize(
    ("status", "own", "elsewhere"),
    [
        ("cultivating", 200, 404),
        ("applied", 200, 404),
        ("checked", 200, 404),
        ("dropped", 200, 404),
        ("noticed", 200, 200),
        ("named", 200, 200),
        ("reviewing", 200, 200),
        ("rectifying", 200, 200),
        ("withdrawn", 200, 200),
    ],
)
def test_a_liaison_sees_the_whole_way_of_their_own_unit_alone(client, status, own, elsewhere):
    mine, other = title_in(status), title_in(status)
    client.force_login(user_with(Role.LIAISON, mine.organisation))

    assert client.get(detail(mine)).status_code == own
    assert client.get(detail(other)).status_code == elsewhere


@pytest.mark.parametrize("role", [Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, Role.LEADER])
def test_the_office_and_the_leaders_see_the_whole_way(client, role):
    title = title_in("cultivating")
    client.force_login(user_with(role))

    assert client.get(detail(title)).status_code == 200


@pytest.mark.parametrize("item_count", [1, 3])
def test_title_detail_needs_the_same_queries_for_any_number_of_steps(
    client, django_assert_num_queries, item_count
):
    title = title_in("noticed")
    for _number in range(item_count):
        TitleStepFactory(title=title, recorded_by=user_with(Role.OFFICE_STAFF))
        TitleObjectionFactory(title=title, notice=title.notices.get())
    client.force_login(user_with(Role.OFFICE_STAFF))
    client.get(detail(title))

    with django_assert_num_queries(12):
        response = client.get(detail(title))

    assert len(response.context["history"]) == item_count
    assert len(response.context["objections"]) == item_count


TODAY = timezone.localdate()


@pytest.mark.parametrize(
    ("status", "facts", "text", "main", "others"),
    [
        ("cultivating", {}, "还没有现行有效的旗级示范，条件具备后申报。", ["申报"], ["移出培育库"]),
        (
            "cultivating",
            {"level": "county"},
            "申报条件已具备，可以申报。",
            ["申报"],
            ["移出培育库"],
        ),
        ("applied", {}, "已申报，接下来由旗创建办初验。", ["初验"], []),
        ("checked", {}, "初验通过，接下来公示。", ["公示"], ["停止申报"]),
        (
            "noticed",
            {},
            "公示已结束，没有未答复的异议，收到命名文件后提请命名。",
            ["提请命名"],
            ["登记异议", "停止申报"],
        ),
        ("named", {"level": "county"}, "", [], ["开始复核", "提请撤销"]),
        (
            "named",
            {},
            "市级及以上示范至少带动 1 家，这个单位还没有，可到联创项目里结对。",
            [],
            ["开始复核", "提请撤销"],
        ),
        (
            "named",
            {"valid_until": date(2025, 1, 6)},
            "有效期到2025年1月6日，已期满；复核后可续命。",
            ["开始复核"],
            ["提请撤销"],
        ),
        (
            "named",
            {"valid_until": TODAY},
            f"有效期到{cn_date(TODAY)}（今天截止），请安排复核。",
            ["开始复核"],
            ["提请撤销"],
        ),
        (
            "reviewing",
            {},
            "正在复核，示范仍然有效；有结果后续命、整改或撤销。",
            ["提请续命"],
            ["复核合格", "限期整改", "提请撤销"],
        ),
        (
            "rectifying",
            {"rectify_due_on": TODAY},
            f"正在整改，期限{cn_date(TODAY)}（今天截止），查验合格后恢复有效。",
            ["整改合格"],
            ["提请撤销"],
        ),
        (
            "rectifying",
            {},
            "正在整改，查验合格后恢复有效。",
            ["整改合格"],
            ["提请撤销"],
        ),
        ("withdrawn", {}, "", [], []),
        ("dropped", {}, "", [], []),
    ],
)
def test_title_detail_says_what_now(client, status, facts, text, main, others):
    title = title_in(status, **facts)
    client.force_login(user_with(Role.OFFICE_STAFF))

    shown = client.get(detail(title)).context["next"]

    assert shown.text == text
    assert [str(button["label"]) for button in shown.main] == main
    assert [str(button["label"]) for button in shown.others] == others
    # whoever is no staff of the office reads the same and is offered nothing
    client.force_login(user_with(Role.LEADER))
    read = client.get(detail(title)).context["next"]
    assert (read.text, read.main, read.others) == (text, [], [])


@pytest.mark.parametrize(
    ("answered", "ends_in", "text", "main"),
    [
        (None, 3, "公示到{end}结束，没有异议的可以提请命名。", ["登记异议"]),
        ("", 3, "有 1 条异议没有答复，答复后才能命名。", ["登记异议"]),
        ("upheld", -1, "有异议成立，不能命名，请停止申报。", ["提请命名"]),
    ],
)
def test_title_detail_says_how_the_notice_stands(client, answered, ends_in, text, main):
    title, staff = title_in("noticed"), user_with(Role.OFFICE_STAFF)
    notice = title.notices.get()
    notice.ends_on = TODAY + timedelta(days=ends_in)
    notice.save()
    if answered is not None:
        facts = {
            "outcome": answered,
            "answer": "已核对",
            "answered_by": staff,
            "answered_on": TODAY,
        }
        TitleObjectionFactory(title=title, notice=notice, **(facts if answered else {}))
    client.force_login(staff)

    shown = client.get(detail(title)).context["next"]

    assert shown.text == text.format(end=cn_date(notice.ends_on))
    assert [button["label"] for button in shown.main] == main


def test_title_detail_hides_objections_from_the_unit(client):
    title = title_in("noticed")
    TitleObjectionFactory(title=title, notice=title.notices.get(), text="活动次数不符")
    client.force_login(user_with(Role.LIAISON, title.organisation))

    response = client.get(detail(title))

    assert "活动次数不符" not in response.content.decode()
    end = cn_date(title.notices.get().ends_on)
    assert response.context["next"].text == f"公示到{end}结束。"


def test_title_detail_tells_steps_with_day_document_and_who(client):
    title, staff = title_in("named"), user_with(Role.OFFICE_STAFF, name="甲")
    TitleStepFactory(title=title, document_number="通党发〔2024〕3号")
    decision = TitleDecisionFactory(
        title=title,
        kind="correct",
        proposed_by=staff,
        status="approved",
        answered_by=user_with(Role.OFFICE_DIRECTOR, name="乙"),
        answered_at=timezone.now(),
    )
    TitleStepFactory(
        title=title,
        deed="corrected",
        remark="文号录错",
        decision=decision,
        recorded_by=decision.answered_by,
    )
    client.force_login(staff)

    history = client.get(detail(title)).context["history"]

    assert [(row["text"], row["by"], row["detail"]) for row in history] == [
        ("更正命名", "甲提请，乙审批", "文号录错"),
        ("命名", "", "通党发〔2024〕3号"),
    ]


def test_title_edit_of_one_that_nobody_may_change_says_so(client):
    title = title_in("noticed")
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.get(edit(title), follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "这个示范现在是“公示中”，不能修改，没有改动。"
    ]
    assert response.context["can_correct"] is False


def test_title_edit_tells_the_second_and_saves_the_third_time(client):
    title = TitleFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))
    seen_at = client.get(edit(title)).context["form"].initial["seen_at"]
    client.post(edit(title), posted(title.organisation, batch="第二批", seen_at=seen_at))

    refused = client.post(edit(title), posted(title.organisation, batch="第三批", seen_at=seen_at))
    title.refresh_from_db()
    after_refusal = title.batch
    again = refused.context["form"]["seen_at"].value()
    client.post(edit(title), posted(title.organisation, batch="第三批", seen_at=again))

    title.refresh_from_db()
    assert (refused.status_code, after_refusal, title.batch) == (422, "第二批", "第三批")


def test_title_edit_takes_a_senseless_time_for_none(client):
    title = TitleFactory()
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(edit(title), posted(title.organisation, seen_at="2024-13-45T99:99"))

    assert response.status_code == 302


def test_title_create_warns_of_personal_data(client):
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(CREATE, posted(OrganisationFactory(), batch="13904751234"))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["batch"]


def test_title_edit_of_one_in_the_pool_asks_for_what_is_known(client):
    title = title_in("cultivating")
    client.force_login(user_with(Role.OFFICE_STAFF))

    asked = client.get(edit(title)).context["form"]
    client.post(edit(title), posted(title.organisation, level="regional", batch="2027年度"))

    title.refresh_from_db()
    assert set(asked.fields) - {"keep_text", "seen_at"} == {
        "organisation",
        "level",
        "type",
        "batch",
    }
    assert (title.level, title.batch, title.named_on) == ("regional", "2027年度", None)
