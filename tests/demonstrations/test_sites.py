"""Standard sites and the checklists on which they are accepted."""

from datetime import date

import pytest

from accounts.rights import Role
from core.errors import RuleError
from core.models import AuditRecord
from demonstrations.actions import (
    AcceptanceFacts,
    ItemFacts,
    accept_site,
    create_site,
    edit_site,
    save_checklist,
    send_site_to_mend,
    withdraw_acceptance,
)
from demonstrations.models import SiteAcceptance, SiteChecklist
from tests.factories.demonstrations import (
    SiteCheckItemFactory,
    SiteChecklistFactory,
    StandardSiteFactory,
)
from tests.factories.organisations import OrganisationFactory, TradeSystemFactory, user_with

pytestmark = pytest.mark.django_db

DAY = date(2024, 9, 1)


def site_facts(**changes):
    return {
        "organisation": changes.pop("organisation", None) or OrganisationFactory(),
        "trade_system": changes.pop("trade_system", None) or TradeSystemFactory(),
        "name": "石榴籽校园",
        "place": "",
        "started_on": date(2024, 3, 1),
    } | changes


def found(site, *, all_met=True, **changes):
    checklist = SiteChecklist.objects.for_system(site.trade_system)
    met = tuple(checklist.items.all()) if checklist and all_met else ()
    return AcceptanceFacts(**({"checked_on": DAY, "met": met} | changes))


def test_create_site_saves_and_records():
    staff = user_with(Role.OFFICE_STAFF)

    site = create_site(site_facts(), by=staff)

    assert (site.accepted_on, site.registered_by) == (None, staff)
    assert AuditRecord.objects.get().verb == "demonstrations.create_site"


def test_create_site_refuses_a_day_before_the_organisation():
    unit = OrganisationFactory(valid_from=date(2025, 1, 1))

    with pytest.raises(RuleError) as refusal:
        create_site(site_facts(organisation=unit), by=user_with(Role.OFFICE_STAFF))

    assert refusal.value.field == "started_on"


def test_edit_site_records_what_changed():
    site = StandardSiteFactory(name="旧名")

    edit_site(site, {"name": "新名"}, by=user_with(Role.OFFICE_STAFF))

    record = AuditRecord.objects.get()
    assert (record.before, record.after) == ({"name": "旧名"}, {"name": "新名"})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"started_on": date(2024, 9, 2)}, "已于2024年9月1日验收，开始打造日期不能在这之后。"),
        ({"trade_system": None}, "已按教体系统的清单验收，不能改系统；请先撤回验收。"),
    ],
)
def test_edit_site_keeps_what_it_was_accepted_on(changes, message):
    site = StandardSiteFactory(accepted_on=DAY, trade_system__name="教体")
    facts = {key: value or TradeSystemFactory() for key, value in changes.items()}

    with pytest.raises(RuleError) as refusal:
        edit_site(site, facts, by=user_with(Role.OFFICE_STAFF))

    assert refusal.value.message == message


def test_edit_site_tells_who_saved_in_between():
    site = StandardSiteFactory(name="旧名")
    seen_at = site.updated_at
    edit_site(site, {"name": "新名"}, by=user_with(Role.OFFICE_STAFF, name="同事"))

    with pytest.raises(RuleError, match="填写期间同事已改过这一条（示范点名称：旧名 → 新名）"):
        edit_site(site, {"name": "又名"}, by=user_with(Role.OFFICE_STAFF), seen_at=seen_at)


def test_accept_site_counts_it_from_that_day():
    site, staff = StandardSiteFactory(), user_with(Role.OFFICE_STAFF)

    acceptance = accept_site(site, facts=found(site), by=staff)

    site.refresh_from_db()
    assert (site.accepted_on, acceptance.result, acceptance.recorded_by) == (DAY, "passed", staff)
    assert acceptance.met_items.count() == 7
    record = AuditRecord.objects.get()
    assert (record.verb, record.after["checked_on"]) == ("demonstrations.accept_site", "2024-09-01")


@pytest.mark.parametrize(
    ("already", "day", "message"),
    [
        (
            DAY,
            date(2024, 10, 1),
            "“点”已于2024年9月1日验收，不必重复办理；验收有误可撤回后重新验收。",
        ),
        (None, date(2024, 2, 1), "验收日期早于2024年3月1日开始打造，请核对两个日期。"),
        (None, date(2999, 1, 1), "验收日期在今天之后，请核对。"),
    ],
)
def test_accept_site_refuses(already, day, message):
    site = StandardSiteFactory(name="点", accepted_on=already)

    with pytest.raises(RuleError) as refusal:
        accept_site(site, facts=found(site, checked_on=day), by=user_with(Role.OFFICE_STAFF))

    site.refresh_from_db()
    assert (refusal.value.message, site.accepted_on) == (message, already)


def test_nobody_accepts_the_site_they_registered():
    staff = user_with(Role.OFFICE_STAFF)
    site = StandardSiteFactory(registered_by=staff)

    with pytest.raises(RuleError) as refusal:
        accept_site(site, facts=found(site), by=staff)

    assert refusal.value.message == ("不能验收自己录入的示范点，请由另一位工作人员或负责人验收。")


def test_nobody_accepts_the_site_they_edited_since_its_last_acceptance():
    staff, other = user_with(Role.OFFICE_STAFF), user_with(Role.OFFICE_STAFF)
    site = StandardSiteFactory()
    edit_site(site, {"name": "改后的点"}, by=staff)

    with pytest.raises(RuleError) as refusal:
        accept_site(site, facts=found(site), by=staff)
    accept_site(site, facts=found(site), by=other)
    withdraw_acceptance(site, reason="场地被占用", by=other)
    again = accept_site(site, facts=found(site), by=staff)

    assert refusal.value.message == "不能验收自己修改过的示范点，请由另一位工作人员或负责人验收。"
    assert again.recorded_by == staff


def own_list(required=1, others=0):
    checklist = SiteChecklistFactory()
    for number in range(required):
        SiteCheckItemFactory(checklist=checklist, text=f"必达{number}")
    for number in range(others):
        SiteCheckItemFactory(checklist=checklist, text=f"鼓励{number}", is_required=False)
    return checklist


@pytest.mark.parametrize(
    ("required", "others", "met", "message"),
    [
        (1, 1, ["必达0"], ""),
        (2, 0, ["必达0"], "必达项目还有 1 项没有达到（必达1），不能通过验收，可登记为需整改。"),
        (
            5,
            0,
            ["必达0"],
            "必达项目还有 4 项没有达到（必达1；必达2；必达3 等），不能通过验收，可登记为需整改。",
        ),
        (1, 1, ["鼓励0"], "必达项目还有 1 项没有达到（必达0），不能通过验收，可登记为需整改。"),
    ],
)
def test_accept_site_asks_for_the_required_items(required, others, met, message):
    checklist = own_list(required, others)
    site = StandardSiteFactory(trade_system=checklist.trade_system)
    items = tuple(checklist.items.filter(text__in=met))

    try:
        accept_site(site, facts=found(site, met=items), by=user_with(Role.OFFICE_STAFF))
        refused = ""
    except RuleError as refusal:
        refused = refusal.message

    assert (refused, SiteAcceptance.objects.count()) == (message, 0 if message else 1)


def test_accept_site_without_any_list():
    SiteChecklist.objects.all().delete()
    site = StandardSiteFactory()

    acceptance = accept_site(site, facts=found(site), by=user_with(Role.OFFICE_STAFF))

    assert (acceptance.checklist, acceptance.met_items.count()) == (None, 0)


def test_a_site_is_sent_to_mend_and_accepted_later():
    site, staff = StandardSiteFactory(), user_with(Role.OFFICE_STAFF)
    facts = found(site, all_met=False, remark="补标识")

    send_site_to_mend(site, facts=facts, due_on=date(2024, 10, 1), by=staff)
    site.refresh_from_db()
    after_first = site.accepted_on
    accept_site(site, facts=found(site, checked_on=date(2024, 10, 8)), by=staff)

    site.refresh_from_db()
    assert (after_first, site.accepted_on) == (None, date(2024, 10, 8))
    assert list(site.acceptances.values_list("result", "mend_due_on")) == [
        ("passed", None),
        ("mend", date(2024, 10, 1)),
    ]


@pytest.mark.parametrize(
    ("remark", "due_on", "field"),
    [(" ", date(2024, 10, 1), "remark"), ("补标识", DAY, "due_on")],
)
def test_send_site_to_mend_says_what_until_when(remark, due_on, field):
    site = StandardSiteFactory()

    with pytest.raises(RuleError) as refusal:
        send_site_to_mend(
            site, facts=found(site, remark=remark), due_on=due_on, by=user_with(Role.OFFICE_STAFF)
        )

    assert (refusal.value.field, SiteAcceptance.objects.count()) == (field, 0)


def test_withdraw_acceptance_keeps_it_readable_with_the_reason():
    site, staff = StandardSiteFactory(), user_with(Role.OFFICE_STAFF)
    acceptance = accept_site(site, facts=found(site), by=staff)

    withdraw_acceptance(site, reason="场地被占用", by=staff)
    with pytest.raises(RuleError, match="没有验收，或验收刚被撤回"):
        withdraw_acceptance(site, reason="再来一次", by=staff)

    site.refresh_from_db()
    acceptance.refresh_from_db()
    assert site.accepted_on is None
    assert (acceptance.withdrawn_by, acceptance.withdraw_reason) == (staff, "场地被占用")


def items(*texts):
    return [ItemFacts(text, is_required=True) for text in texts]


def test_save_checklist_makes_a_version_and_sites_keep_theirs():
    checklist = own_list()
    site = StandardSiteFactory(trade_system=checklist.trade_system)
    acceptance = accept_site(site, facts=found(site), by=user_with(Role.OFFICE_STAFF))

    newer = save_checklist(
        checklist.trade_system, items=items("甲", "乙"), by=user_with(Role.OFFICE_DIRECTOR)
    )

    acceptance.refresh_from_db()
    checklist.refresh_from_db()
    assert (newer.version, newer.is_current, checklist.is_current) == (2, True, False)
    assert (acceptance.checklist, list(checklist.items.values_list("text", flat=True))) == (
        checklist,
        ["必达0"],
    )
    assert SiteChecklist.objects.for_system(site.trade_system) == newer
    assert AuditRecord.objects.get(verb="demonstrations.save_checklist").after["items"] == [
        "甲（必达）",
        "乙（必达）",
    ]


def test_save_checklist_without_changes_makes_none():
    checklist = own_list()

    same = save_checklist(
        checklist.trade_system, items=items("必达0"), by=user_with(Role.OFFICE_STAFF)
    )

    assert (same, AuditRecord.objects.count()) == (checklist, 0)


def test_save_checklist_for_a_system_without_its_own():
    system = TradeSystemFactory()
    general = SiteChecklist.objects.for_system(system)

    own = save_checklist(
        system,
        items=[*items("甲"), ItemFacts("乙", is_required=False)],
        by=user_with(Role.OFFICE_STAFF),
        seen_version=0,
    )

    assert (general.trade_system, str(general)) == (None, "通用验收清单（第1版）")
    assert SiteChecklist.objects.for_system(system) == own
    assert AuditRecord.objects.get().after["items"] == ["甲（必达）", "乙"]


@pytest.mark.parametrize(
    ("texts", "seen", "message"),
    [
        (
            ["甲"],
            0,
            "填写期间这份清单已改成第 1 版。核对后再次保存，以本次填写的为准。",
        ),
        ([], 1, "清单至少有一个必达项目。"),
        (["甲", "甲"], 1, "“甲”写了两遍，请删去一处。"),
    ],
)
def test_save_checklist_refuses(texts, seen, message):
    checklist = own_list()

    with pytest.raises(RuleError) as refusal:
        save_checklist(
            checklist.trade_system,
            items=items(*texts),
            by=user_with(Role.OFFICE_STAFF),
            seen_version=seen,
        )

    assert (refusal.value.message, SiteChecklist.objects.count()) == (message, 2)
