"""Drafts: begun, copied, kept as they are typed, thrown away."""

from datetime import date

import pytest
from django.core.files.storage import default_storage

from accounts.rights import Role
from activities import actions
from activities.models import Activity, Participation
from core.errors import RuleError
from core.models import AuditRecord
from organisations.models.kinds import Kind
from partnerships.models import ContentKind, Partnership
from tests.factories.activities import (
    ActivityFactory,
    AttachmentFactory,
    complete_facts,
    draft_of,
    sent_activity,
    yesterday,
)
from tests.factories.organisations import OrganisationFactory, user_with
from tests.factories.partnerships import MemberFactory, pairing_of

pytestmark = pytest.mark.django_db

Answer = Participation.Confirmation


@pytest.fixture
def unit():
    return OrganisationFactory(short_name="甲镇")


@pytest.fixture
def liaison(unit):
    return user_with(Role.LIAISON, unit)


def parts_of(activity):
    rows = activity.participations.order_by("-is_host", "organisation_id")
    return [(row.organisation_id, row.is_host, row.confirmation) for row in rows]


def save(activity, by, *, window="first", version=None, **facts):
    known = activity.version if version is None else version
    return actions.save_draft(activity, facts=facts, version=known, window=window, by=by)


def test_new_draft_is_hosted_by_its_unit(unit, liaison):
    draft = actions.start_activity(unit, by=liaison)

    assert (draft.status, draft.version, draft.created_by) == ("draft", 1, liaison)
    assert parts_of(draft) == [(unit.pk, True, "pending")]


def test_untouched_draft_is_used_again(unit, liaison):
    first = actions.start_activity(unit, by=liaison)

    again = actions.start_activity(unit, by=liaison)
    save(again, liaison, title="已动笔")
    another = actions.start_activity(unit, by=liaison)

    assert again.pk == first.pk
    assert another.pk != first.pk
    assert Activity.objects.count() == 2


def test_draft_of_a_partnership_has_its_members_and_kinds(unit, liaison):
    partner = OrganisationFactory()
    kind = ContentKind.objects.get(form="pairing", name="座谈调研")
    pairing = pairing_of(unit, partner)
    pairing.content_kinds.add(kind)

    draft = actions.start_activity(unit, by=liaison, partnership=pairing)

    facts = actions.facts_of(draft)
    assert facts["partnerships"] == (pairing.pk,)
    assert facts["joint_units"] == (partner.pk,)
    assert facts["content_kinds"] == (kind.pk,)


def test_everything_typed_is_kept(unit, liaison):
    partner, outside = OrganisationFactory(), OrganisationFactory(is_external=True)
    draft = actions.start_activity(unit, by=liaison)
    facts = complete_facts(unit, partner, outside, ends_on=yesterday(), head_count=80)

    saved = actions.save_draft(draft, facts=facts, version=1, window="first", by=liaison)

    kept = actions.facts_of(Activity.objects.get())
    assert {name: kept[name] for name in facts} == facts
    assert (saved.version, saved.saved_by, saved.saved_from) == (2, liaison, "first")
    assert parts_of(saved) == [
        (unit.pk, True, "pending"),
        (partner.pk, False, "pending"),
        (outside.pk, False, "not_asked"),
    ]


def test_dates_the_wrong_way_round_are_kept_in_a_draft(unit, liaison):
    draft = actions.start_activity(unit, by=liaison)

    saved = save(draft, liaison, starts_on=date(2026, 5, 2), ends_on=date(2026, 5, 1))

    saved.refresh_from_db()
    assert (saved.starts_on, saved.ends_on) == (date(2026, 5, 2), date(2026, 5, 1))


def test_saving_the_same_again_changes_nothing(unit, liaison):
    draft = draft_of(unit, by=liaison)

    again = save(draft, liaison, title=draft.title)

    assert again.version == draft.version


def test_host_changes_without_two_hosts_at_once(unit, liaison):
    partner = OrganisationFactory()
    draft = draft_of(unit, partner, by=liaison)

    saved = save(draft, liaison, host=partner.pk, joint_units=(unit.pk,))

    assert parts_of(saved) == [(partner.pk, True, "pending"), (unit.pk, False, "pending")]


def test_units_may_all_be_taken_off(unit, liaison):
    draft = draft_of(unit, OrganisationFactory(), by=liaison)

    saved = save(draft, liaison, host=None, joint_units=())

    assert parts_of(saved) == []


def test_preset_host_follows_the_reporter(unit, liaison):
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=unit)
    draft = draft_of(unit, village, by=liaison)

    saved = save(draft, liaison, reporter=village.pk)

    facts = actions.facts_of(saved)
    assert (facts["reporter"], facts["host"], facts["joint_units"]) == (village.pk, village.pk, ())


def test_partnership_brings_its_agreed_members_and_takes_them_away(unit, liaison):
    agreed, own_choice = OrganisationFactory(), OrganisationFactory()
    asked, gone = OrganisationFactory(), OrganisationFactory(valid_until=date(2025, 12, 31))
    pairing = pairing_of(unit, agreed, gone)
    MemberFactory(
        partnership=pairing, organisation=asked, consent="pending", consent_at=None, consent_by=None
    )
    kind = ContentKind.objects.get(form="pairing", name="宣传教育")
    pairing.content_kinds.add(kind)
    draft = draft_of(unit, own_choice, by=liaison, content_kinds=())

    chosen = save(draft, liaison, partnerships=(pairing.pk,))
    with_it = actions.facts_of(chosen)
    given_up = save(chosen, liaison, partnerships=())
    without = actions.facts_of(given_up)

    assert with_it["joint_units"] == tuple(sorted([agreed.pk, own_choice.pk]))
    assert with_it["content_kinds"] == (kind.pk,)
    assert without["joint_units"] == (own_choice.pk,)
    assert without["content_kinds"] == ()


def test_removed_member_stays_removed(unit, liaison):
    partner = OrganisationFactory()
    pairing = pairing_of(unit, partner)
    draft = draft_of(unit, by=liaison, partnerships=(pairing.pk,))

    saved = save(draft, liaison, joint_units=())

    assert actions.facts_of(saved)["joint_units"] == ()


def test_member_of_a_partnership_kept_stays_when_another_is_given_up(unit, liaison):
    partner = OrganisationFactory()
    first, second = pairing_of(unit, partner), pairing_of(unit, partner)
    draft = draft_of(unit, by=liaison, partnerships=tuple(sorted([first.pk, second.pk])))

    saved = save(draft, liaison, partnerships=(first.pk,))

    assert actions.facts_of(saved)["joint_units"] == (partner.pk,)


def test_second_window_is_told_and_writes_nothing(unit, liaison):
    draft = draft_of(unit, by=liaison)
    seen = draft.version
    save(draft, liaison, window="first", title="第一个窗口")

    with pytest.raises(actions.DraftConflictError) as caught:
        save(draft, liaison, window="second", version=seen, title="第二个窗口", place="东街")

    assert caught.value.differing == ["title", "place"]
    assert caught.value.mine["title"] == "第二个窗口"
    assert caught.value.saved["title"] == "第一个窗口"
    assert Activity.objects.get().title == "第一个窗口"


def test_windows_own_earlier_save_is_no_conflict(unit, liaison):
    draft = draft_of(unit, by=liaison)
    seen = draft.version
    save(draft, liaison, window="first", title="答复没有收到")

    saved = save(draft, liaison, window="first", version=seen, title="接着填")

    assert saved.title == "接着填"


def test_same_text_in_two_windows_is_no_conflict(unit, liaison):
    draft = draft_of(unit, by=liaison)
    saved = save(draft, liaison, window="first", title="一样")

    again = save(draft, liaison, window="second", version=draft.version, title="一样")

    assert again.version == saved.version


def test_sent_report_cannot_be_written_in(unit, liaison):
    sent = sent_activity(unit, OrganisationFactory(), by=liaison)

    with pytest.raises(RuleError) as caught:
        save(sent, liaison, title="改名")

    assert caught.value.message == "这份报送现在是“已报送”，不能再修改；要改请先撤回。"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [({"title": "换了名称"}, Answer.PENDING), ({"summary": "写得更细"}, Answer.CONFIRMED)],
)
def test_parties_are_asked_anew_about_another_event(unit, liaison, changed, expected):
    partner, outside = OrganisationFactory(), OrganisationFactory(is_external=True)
    sent = sent_activity(unit, partner, outside, by=liaison)
    actions.answer_participations(
        sent.participations.filter(organisation=partner), attended=True, by=liaison
    )
    back = actions.withdraw_activity(sent, by=liaison)

    save(back, liaison, **changed)

    answers = dict(back.participations.values_list("organisation_id", "confirmation"))
    assert answers == {unit.pk: expected, partner.pk: expected, outside.pk: Answer.NOT_ASKED}


def test_copy_takes_what_stays_the_same(unit, liaison):
    partner, gone = OrganisationFactory(), OrganisationFactory(valid_until=date(2025, 12, 31))
    running = pairing_of(unit, partner)
    over = pairing_of(unit, partner, status=Partnership.Status.CANCELLED, closing_note="停办")
    facts = complete_facts(
        unit,
        partner,
        gone,
        outcome="旧成效",
        head_count=9,
        partnerships=tuple(sorted([running.pk, over.pk])),
        is_themed=True,
    )
    earlier = actions.start_activity(unit, by=liaison)
    actions.save_draft(earlier, facts=facts, version=1, window="", by=liaison)

    draft = actions.copy_activity(Activity.objects.get(), by=liaison)

    copied = actions.facts_of(draft)
    assert copied == {
        "title": facts["title"],
        "starts_on": None,
        "ends_on": None,
        "place": facts["place"],
        "is_themed": True,
        "head_count": None,
        "summary": facts["summary"],
        "outcome": "",
        "reporter": unit.pk,
        "host": unit.pk,
        "joint_units": (partner.pk,),
        "partnerships": (running.pk,),
        "content_kinds": facts["content_kinds"],
        "joint_tags": (),
    }


def test_copy_leaves_out_a_host_that_is_no_more(unit, liaison):
    gone = OrganisationFactory(valid_until=date(2025, 12, 31))
    earlier = draft_of(unit, by=liaison, host=gone.pk, joint_units=(unit.pk,))

    draft = actions.copy_activity(earlier, by=liaison)

    assert actions.facts_of(draft)["host"] is None


def test_deleted_draft_takes_its_files_along(unit, liaison, django_capture_on_commit_callbacks):
    draft = draft_of(unit, by=liaison)
    name = AttachmentFactory(activity=draft).file.name

    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_draft(draft, by=liaison)

    assert Activity.objects.count() == 0
    assert default_storage.exists(name) is False
    assert AuditRecord.objects.get(verb="activities.delete_draft").before == {
        "title": draft.title,
        "starts_on": str(yesterday()),
    }


def test_report_sent_once_is_not_deleted(liaison):
    sent = ActivityFactory()

    with pytest.raises(RuleError) as caught:
        actions.delete_draft(sent, by=liaison)

    assert caught.value.message == "这份报送已经不是草稿，不能删除。"
