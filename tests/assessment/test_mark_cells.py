"""Cells of the grid of marks: each is saved for itself, and nothing that was typed is lost."""

from decimal import Decimal as D

import pytest

from accounts.rights import Role
from assessment import actions
from assessment.actions import Mark, Typed
from assessment.judging import token_of
from assessment.models import ManualMark, MarkDraft, Scheme
from core.errors import RuleError
from core.models import AuditRecord
from tests.assessment.marking import judge_of, leaf_of, marked_scheme, type_in, units_of
from tests.factories.assessment import GroupMemberFactory, approved
from tests.factories.organisations import AssignmentFactory, OrganisationFactory, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme():
    return marked_scheme()


@pytest.fixture
def leaf(scheme):
    return scheme.indicators.get()


@pytest.fixture
def judge(leaf):
    return judge_of(leaf)


@pytest.fixture
def unit(scheme):
    return units_of(scheme)[0]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("15", "15"),
        ("１５．５", "15.5"),
        ("15分", "15"),
        ("十五", "15"),
        ("十五分", "15"),
        ("15.50", "15.5"),
        ("+15", "15"),
        ("1.5e1", None),
        ("15%", None),
        ("约15", None),
        ("15多", None),
        ("NaN", None),
        ("良好", None),
        ("15.00001", None),
        ("-1", None),
        ("20.5", None),
    ],
)
def test_save_cells_reads_numbers_as_people_write_them(leaf, unit, judge, typed, value):
    answer = type_in(leaf, unit, typed, by=judge)

    marks = [str(mark.value.normalize()) for mark in ManualMark.objects.all()]
    drafts = [draft.value for draft in MarkDraft.objects.all()]
    assert (marks, drafts) == (([value], []) if value else ([], [typed]))
    assert bool(answer.error) is (value is None)


@pytest.mark.parametrize(
    ("role", "value", "wanted"),
    [
        ("base", "20", "满分要写明理由。"),
        ("base", "19.5", ""),
        ("base", "12", ""),
        ("base", "11.5", "低于 60%（12 分）要写明理由。"),
        ("base", "0", "低于 60%（12 分）要写明理由。"),
        ("bonus", "0", ""),
        ("bonus", "1", ""),
        ("bonus", "20", "满分要写明理由。"),
        ("deduction", "0", ""),
    ],
)
def test_save_cells_asks_for_the_reason_of_an_extreme(leaf, unit, judge, role, value, wanted):
    leaf.role = role
    leaf.save()

    bare = type_in(leaf, unit, value, by=judge)
    told = type_in(leaf, unit, value, "看了现场", by=judge)

    assert (bare.error, bare.wants_reason) == (wanted, bool(wanted))
    assert told.error == ""
    assert [mark.value for mark in ManualMark.objects.all()] == [D(value)]
    assert not MarkDraft.objects.exists()


def test_save_cells_keeps_the_old_mark_until_the_new_one_is_complete(leaf, unit, judge):
    type_in(leaf, unit, "15", by=judge)

    answer = type_in(leaf, unit, "20", by=judge)

    assert answer.error == "满分要写明理由；写好前仍按原来的 15 分计。"
    assert [mark.value for mark in ManualMark.objects.all()] == [D(15)]
    assert [draft.value for draft in MarkDraft.objects.all()] == ["20"]


def test_save_cells_takes_a_mark_back(leaf, unit, judge):
    type_in(leaf, unit, "20", "全旗最好", by=judge)

    answer = type_in(leaf, unit, "", by=judge)

    assert (answer.is_changed, ManualMark.objects.count()) == (True, 0)


def test_save_cells_clears_a_draft(leaf, unit, judge):
    type_in(leaf, unit, "25", by=judge)

    answer = type_in(leaf, unit, "", by=judge)

    assert (answer.error, MarkDraft.objects.count()) == ("", 0)


def test_save_cells_puts_one_reason_where_one_is_needed(leaf, scheme, judge):
    one, two = units_of(scheme)
    low, usual = ((leaf.pk, unit.pk) for unit in (one, two))
    typed = {low: Typed("5"), usual: Typed("15")}

    actions.save_cells(scheme, typed, same_reason="没有实质动作", by=judge)

    marks = {mark.organisation_id: mark.reason for mark in ManualMark.objects.all()}
    assert marks == {one.pk: "没有实质动作", two.pk: ""}


def test_save_cells_shows_what_another_window_saved(leaf, unit, judge):
    seen = type_in(leaf, unit, "15", by=judge).seen
    type_in(leaf, unit, "16", by=judge, seen=seen)

    late = type_in(leaf, unit, "17", by=judge, seen=seen)
    again = type_in(leaf, unit, "17", by=judge, seen=late.seen)

    assert (late.theirs.value, late.value, late.is_kept) == ("16", "17", False)
    assert late.saved_at is None
    assert (again.theirs, ManualMark.objects.get().value) == (None, D(17))


def test_save_cells_is_content_when_both_windows_say_the_same(leaf, unit, judge):
    type_in(leaf, unit, "16", by=judge, seen="")

    answer = type_in(leaf, unit, "16", by=judge, seen="")

    assert (answer.theirs, answer.is_changed) == (None, False)


@pytest.mark.parametrize(
    ("value", "reason", "sentence", "draft"),
    [
        ("", "看了现场", "写了理由，还没有填分。", ("", "看了现场")),
        ("5", "字" * 201, "理由超过 200 个字，请缩短。", ("5", "")),
        ("5", "好\x00", "有无法保存的字符，请重新填写。", None),
        (
            "5",
            "联系 13812345678",
            "第 4 个字起“138******78”像是个人手机号，请删去或改为单位电话。",
            ("5", ""),
        ),
        ("1" * 21, "", "“11111111111111111111…”太大或小数位太多，请核对。", None),
    ],
)
def test_save_cells_keeps_as_much_as_it_may(leaf, unit, judge, value, reason, sentence, draft):
    answer = type_in(leaf, unit, value, reason, by=judge)

    kept = [(one.value, one.reason) for one in MarkDraft.objects.all()]
    assert answer.error == sentence
    assert kept == ([draft] if draft else [])
    assert answer.is_kept is (draft == (value, reason))
    assert answer.seen == (token_of(*draft) if draft else "")


def test_save_cells_keeps_a_reason_that_may_stay(leaf, unit, judge):
    answer = type_in(leaf, unit, "5", "联系 13812345678", by=judge, may_stay=True)

    assert (answer.error, ManualMark.objects.get().reason) == ("", "联系 13812345678")


def test_save_cells_refuses_their_own_unit_to_judges_and_office_workers(leaf, scheme, judge):
    own = GroupMemberFactory(group=scheme.groups.get(), organisation=leaf.department)
    office_unit = GroupMemberFactory(group=scheme.groups.get(), organisation=office())
    AssignmentFactory(user=judge, organisation=office(), role=Role.OFFICE_STAFF)

    answers = [type_in(leaf, one.organisation, "15", by=judge) for one in (own, office_unit)]

    assert [answer.error for answer in answers] == ["这一格不评（本单位，不评），没有保存。"] * 2
    assert not ManualMark.objects.exists()


def test_save_cells_refuses_units_of_another_kind_by_branch_too(leaf, unit, judge):
    branch = leaf_of(leaf.scheme, leaf.department, code="D", rule_kind="", source="")
    branch.applies_to = ["village"]
    branch.save()
    leaf.parent = branch
    leaf.save()

    answer = type_in(leaf, unit, "15", by=judge)

    assert answer.error == "这一格不评（不适用），没有保存。"


def test_save_cells_refuses_strangers_and_what_is_no_manual_leaf(leaf, scheme, judge):
    stranger = OrganisationFactory()

    with pytest.raises(RuleError, match="不在本指标的评分范围内"):
        type_in(leaf, stranger, "15", by=judge)


@pytest.mark.parametrize("status", ["approved", "final"])
def test_save_cells_refuses_after_approval(leaf, scheme, unit, judge, status):
    approved(scheme)
    Scheme.objects.filter(pk=scheme.pk).update(status=status)

    with pytest.raises(RuleError, match="不能评分"):
        type_in(leaf, unit, "15", by=judge)


def test_save_cells_records_who_changed_what(leaf, unit, judge):
    type_in(leaf, unit, "15", by=judge)
    type_in(leaf, unit, "16", by=judge)
    type_in(leaf, unit, "16", by=judge)

    records = AuditRecord.objects.filter(verb="assessment.save_marks").order_by("pk")
    changes = [(one.before, one.after) for one in records]
    label = unit.full_label
    assert changes[0] == ({}, {label: "15"})
    assert [D(str(value)) for value in changes[1][0].values()] == [D(15)]
    assert changes[1][1] == {label: "16"}
    assert len(changes) == 2


def test_save_cells_records_the_reason_that_is_overwritten(leaf, unit, judge):
    type_in(leaf, unit, "15", "首评", by=judge)
    type_in(leaf, unit, "15", "复核后不变", by=judge)

    record = AuditRecord.objects.filter(verb="assessment.save_marks").latest("pk")

    label = unit.full_label
    assert (record.before, record.after) == ({label: "15（首评）"}, {label: "15（复核后不变）"})


def test_save_cells_keeps_no_number_of_a_person(leaf, unit, judge):
    answer = type_in(leaf, unit, "150521198001011237", by=judge)

    assert "身份证" in answer.error
    assert not answer.is_kept
    assert not MarkDraft.objects.exists()


def test_save_marks_saves_all_or_nothing(leaf, scheme, judge):
    one, two = units_of(scheme)

    with pytest.raises(RuleError, match="99 分超出范围"):
        actions.save_marks(leaf, {one.pk: Mark(D(15)), two.pk: Mark(D(99))}, by=judge)

    assert not ManualMark.objects.exists()


def test_save_marks_changes_only_what_is_new(leaf, scheme, judge):
    one, two = units_of(scheme)
    actions.save_marks(leaf, {one.pk: Mark(D(15)), two.pk: Mark(D(16))}, by=judge)

    changed = actions.save_marks(leaf, {one.pk: Mark(D(15)), two.pk: Mark(D(17), "补充")}, by=judge)
    taken_back = actions.save_marks(leaf, {one.pk: Mark(None)}, by=judge)

    assert (changed, taken_back) == (1, 1)
    assert [mark.value for mark in ManualMark.objects.all()] == [D(17)]


@pytest.mark.parametrize(
    ("typed", "error"),
    [("95", ""), ("-1", "应在 0 至 9999 之间。"), ("10000", "应在 0 至 9999 之间。")],
)
def test_save_cells_takes_what_another_rule_counts(leaf, unit, judge, typed, error):
    leaf.rule_kind, leaf.params = "threshold", {"条件": "≥", "标准": "90"}
    leaf.save()

    assert type_in(leaf, unit, typed, by=judge).error == error


def test_save_cells_refuses_a_number_for_a_rule_on_names(leaf, unit, judge):
    leaf.rule_kind, leaf.params = "level_sum", {"级别分": {"省级": "4"}}
    leaf.save()

    assert type_in(leaf, unit, "3", by=judge).error != ""


def retyped(leaf, unit, judge, value, reason="全旗最好", first="20"):
    """Another mark typed where one with a reason stands, as the page shows it."""
    seen = type_in(leaf, unit, first, reason, by=judge).seen
    return type_in(leaf, unit, value, reason, seen=seen, by=judge)


def test_old_reason_is_not_taken_for_another_mark_that_wants_one(leaf, unit, judge):
    answer = retyped(leaf, unit, judge, "5")

    draft = MarkDraft.objects.get()
    mark = ManualMark.objects.get()
    assert answer.error == "低于 60%（12 分）要写明理由；写好前仍按原来的 20 分计。"
    assert (answer.reason, answer.dropped, answer.is_kept) == ("", "全旗最好", True)
    assert (draft.value, draft.reason, mark.value, mark.reason) == ("5", "", D(20), "全旗最好")


def test_old_reason_is_taken_when_it_is_given_again(leaf, unit, judge):
    seen = retyped(leaf, unit, judge, "5").seen

    answer = type_in(leaf, unit, "5", "全旗最好", seen=seen, by=judge)

    mark = ManualMark.objects.get()
    assert (answer.error, answer.dropped) == ("", "")
    assert (mark.value, mark.reason, MarkDraft.objects.count()) == (D(5), "全旗最好", 0)


def test_mark_that_wants_no_reason_is_saved_without_the_old_one(leaf, unit, judge):
    answer = retyped(leaf, unit, judge, "15")

    mark = ManualMark.objects.get()
    assert (answer.error, answer.dropped, answer.reason) == ("", "全旗最好", "")
    assert (mark.value, mark.reason) == (D(15), "")


def test_one_reason_for_all_goes_before_the_old_one(leaf, unit, judge):
    seen = type_in(leaf, unit, "20", "全旗最好", by=judge).seen
    facts = {"seen": seen, "same_reason": "没有实质动作"}

    answer = type_in(leaf, unit, "5", "全旗最好", by=judge, **facts)

    assert (answer.error, answer.reason, answer.dropped) == ("", "没有实质动作", "")


@pytest.mark.parametrize(
    ("value", "reason", "kept"),
    [
        ("20.0", "全旗最好", "全旗最好"),
        ("5", "没有实质动作", "没有实质动作"),
        ("25分多", "全旗最好", "全旗最好"),
        ("", "全旗最好", "全旗最好"),
    ],
    ids=["same mark", "new reason", "unreadable", "blank"],
)
def test_reason_stays_where_it_is_the_marks_own(leaf, unit, judge, value, reason, kept):
    seen = type_in(leaf, unit, "20", "全旗最好", by=judge).seen

    answer = type_in(leaf, unit, value, reason, seen=seen, by=judge)

    assert (answer.reason, answer.dropped) == (kept, "")


def test_reason_of_a_cell_without_a_mark_stays(leaf, unit, judge):
    seen = type_in(leaf, unit, "25", "全旗最好", by=judge).seen

    answer = type_in(leaf, unit, "20", "全旗最好", seen=seen, by=judge)

    assert (answer.error, answer.reason) == ("", "全旗最好")
