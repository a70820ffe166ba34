"""Copies of schemes: into the next year, and as the next version of one in force."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from accounts.rights import Role
from assessment import actions, permissions
from assessment.models import (
    ImportedValue,
    ManualMark,
    MarkReminder,
    MarkReturn,
    Run,
    Scheme,
    ScoringHand,
    Veto,
)
from assessment.scheme_book.compare import compare
from assessment.scheme_book.stored import book_of
from core.errors import RuleError
from core.models import AuditRecord
from organisations.models import ChangePart, OrganisationChange
from organisations.models.kinds import Kind
from tests.factories.assessment import (
    AssessmentGroupFactory,
    GroupMemberFactory,
    IndicatorFactory,
    SchemeFactory,
)
from tests.factories.organisations import (
    AssignmentFactory,
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    county,
    office,
    user_with,
)

pytestmark = pytest.mark.django_db
Status = Scheme.Status


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def director():
    return user_with(Role.OFFICE_DIRECTOR)


def ended(unit, successor=None):
    """Closed yesterday, in favour of the successor where there is one."""
    unit.valid_until = timezone.localdate() - timedelta(days=1)
    unit.save()
    change = OrganisationChange.objects.create(
        kind="merged",
        effective_on=timezone.localdate(),
        document_number="旗委〔2026〕1号",
        recorded_by=UserFactory(),
    )
    ChangePart.objects.create(change=change, organisation=unit, side="before", name=unit.name)
    if successor:
        ChangePart.objects.create(
            change=change, organisation=successor, side="after", name=successor.name, is_main=True
        )
    return unit


def township():
    return OrganisationFactory(region=RegionFactory())


def in_force(staff, director, **more):
    """The notice's scheme, published, with a mark, a value and a veto for its one township."""
    unit = township()
    scheme = actions.draft_notice_scheme(county(), year=2026, department=office(), by=staff)
    actions.publish_scheme(scheme, document_number="1号", by=director)
    leaf = scheme.indicators.get(code="D1")
    ManualMark.objects.create(
        indicator=leaf, organisation=unit, value=D(15), reason="好", marked_by=UserFactory()
    )
    ImportedValue.objects.create(
        indicator=scheme.indicators.get(code="B1"), organisation=unit, value="3",
        entered_by=staff,
    )  # fmt: skip
    Veto.objects.create(
        scheme=scheme, organisation=unit, kind="total", reason="造假", document_number="2号",
        recorded_by=staff,
    )  # fmt: skip
    ScoringHand.objects.create(scheme=scheme, kind="veto", first_by=staff)
    scheme.refresh_from_db()
    return scheme, unit


def test_who_wrote_an_earlier_version_publishes_no_later_one(staff, director):
    scheme, _unit = in_force(staff, director)
    AssignmentFactory(user=staff, role=Role.OFFICE_DIRECTOR, organisation=office())
    draft = actions.revise_scheme(scheme, by=user_with(Role.OFFICE_STAFF))
    copy = actions.copy_scheme(scheme, year=2027, by=user_with(Role.OFFICE_STAFF)).scheme

    with pytest.raises(RuleError, match="不能发布自己起草或修改过的方案"):
        actions.publish_scheme(draft, document_number="2号", by=staff)

    assert [permissions.wrote_scheme(staff, one) for one in (draft, copy)] == [True, False]


def test_copy_scheme_keeps_the_table_for_another_year(staff, director):
    scheme, unit = in_force(staff, director)

    copied = actions.copy_scheme(scheme, year=2027, by=staff)

    found = copied.scheme
    assert (found.title, found.year, found.version) == ("奈曼旗2027年“联创共建”考核方案", 2027, 1)
    assert (found.copied_from, found.status, found.document_number) == (scheme, Status.DRAFT, "")
    changes = compare(book_of(scheme), book_of(found))
    assert [change.label for change in changes.settings] == ["名称", "年度"]
    assert (changes.added, changes.removed, changes.changed, changes.moved) == ((), (), (), ())
    assert found.members.filter(organisation=unit).exists()
    assert (found.vetoes.count(), copied.added, copied.left, copied.missing) == (0, [], [], [])


def test_copy_scheme_follows_the_register(staff):
    scheme = SchemeFactory(title="2026年方案")
    gone, heir, closed, new = (township() for _ in range(4))
    judge = OrganisationFactory(kind=Kind.PARTY_DEPARTMENT)
    lost = OrganisationFactory(kind=Kind.PARTY_DEPARTMENT)
    group = AssessmentGroupFactory(scheme=scheme, name="镇")
    for unit in (gone, heir, closed):
        GroupMemberFactory(group=group, organisation=unit)
    ended(gone, heir)
    ended(closed)
    next_judge = OrganisationFactory(kind=Kind.PARTY_DEPARTMENT)
    for code, department in (("A", judge), ("B", lost)):
        IndicatorFactory(
            scheme=scheme, code=code, rule_kind="manual", source="manual", department=department
        )
    ended(judge, next_judge)
    ended(lost)

    copied = actions.copy_scheme(scheme, year=2027, by=staff)

    members = set(copied.scheme.members.values_list("organisation", flat=True))
    departments = dict(copied.scheme.indicators.values_list("code", "department"))
    assert members == {heir.pk, new.pk}
    assert departments == {"A": next_judge.pk, "B": None}
    assert copied.left == [str(closed)]
    assert copied.added == [str(new)]
    assert len(copied.replaced) == 2
    assert copied.missing == [f"{scheme.indicators.get(code='B')}：{lost} 已撤销，请另指定部门"]


@pytest.mark.parametrize("was_in", [False, True])
def test_copy_scheme_leaves_the_office_where_it_was(staff, was_in):
    own = staff.main_organisation
    group = AssessmentGroupFactory(scheme=SchemeFactory(created_by=staff), name="党群部门")
    GroupMemberFactory(group=group, organisation=OrganisationFactory(kind=own.kind))
    if was_in:
        GroupMemberFactory(group=group, organisation=own)

    copied = actions.copy_scheme(group.scheme, year=2027, by=staff)

    assert copied.scheme.members.filter(organisation=own).exists() == was_in
    assert copied.added == []


def test_copy_scheme_follows_a_chain_of_successors_and_no_circle(staff):
    scheme = SchemeFactory(title="2026年方案")
    first, second, third = (township() for _ in range(3))
    one, other = (township() for _ in range(2))
    group = AssessmentGroupFactory(scheme=scheme)
    for unit in (first, one):
        GroupMemberFactory(group=group, organisation=unit)
    ended(second, third)
    ended(first, second)
    ended(one, other)
    ended(other, one)

    copied = actions.copy_scheme(scheme, year=2027, by=staff)

    members = list(copied.scheme.members.values_list("organisation", flat=True))
    assert members == [third.pk]
    assert copied.left == [str(one)]


def test_copy_scheme_once_a_year(staff):
    scheme = SchemeFactory(title="2026年方案")
    actions.copy_scheme(scheme, year=2027, by=staff)

    with pytest.raises(RuleError, match="2027 年已有“2027年方案”"):
        actions.copy_scheme(scheme, year=2027, by=staff)


def test_revise_scheme_drafts_the_next_version(staff, director):
    scheme, unit = in_force(staff, director)

    found = actions.revise_scheme(scheme, by=staff)

    assert (found.version, found.copied_from, found.status) == (2, scheme, Status.DRAFT)
    assert compare(book_of(scheme), book_of(found)).changed == ()
    pairs = [(one.organisation_id, one.kind, one.group.name) for one in found.members.all()]
    assert pairs == [
        (one.organisation_id, one.kind, one.group.name) for one in scheme.members.all()
    ]
    assert actions.replaced_by(found) == scheme
    assert actions.replaced_by(scheme) is None
    with pytest.raises(RuleError, match="已有第 2 版的草稿"):
        actions.revise_scheme(scheme, by=staff)


def test_revise_scheme_is_for_schemes_in_force(staff):
    draft = SchemeFactory(status=Status.DRAFT, published_by=None, published_at=None)

    with pytest.raises(RuleError, match="现在是“起草中”，不能修订"):
        actions.revise_scheme(draft, by=staff)


def test_publishing_a_version_replaces_the_old_and_carries_what_still_holds(staff, director):
    scheme, unit = in_force(staff, director)
    found = actions.revise_scheme(scheme, by=staff)

    figures = actions.carried_figures(found)
    actions.publish_scheme(found, document_number="3号", by=director)

    scheme.refresh_from_db()
    mark = ManualMark.objects.get(indicator__scheme=found)
    old = ManualMark.objects.get(indicator__scheme=scheme)
    assert (figures.marks, figures.values, figures.vetoes) == (1, 1, 1)
    assert (figures.marks_left, figures.values_left) == (0, 0)
    assert scheme.status == Status.REPLACED
    assert (mark.value, mark.reason, mark.marked_by, mark.marked_at) == (
        old.value, old.reason, old.marked_by, old.marked_at,
    )  # fmt: skip
    assert mark.indicator.code == "D1"
    assert ImportedValue.objects.get(indicator__scheme=found).value == "3"
    assert found.vetoes.get().document_number == "2号"
    hands = ("kind", "first_by", "first_at")
    assert list(found.hands.values_list(*hands)) == list(scheme.hands.values_list(*hands))
    assert [hand.first_by for hand in found.hands.all()] == [staff]
    record = AuditRecord.objects.get(verb="assessment.replace_scheme")
    assert (record.after["marks"], record.is_decision) == (1, True)


def test_a_new_version_goes_on_asking_for_marks(staff, director):
    scheme, unit = in_force(staff, director)
    day = timezone.localdate() + timedelta(days=9)
    judges = scheme.indicators.get(code="D1").department
    Scheme.objects.filter(pk=scheme.pk).update(marks_due_on=day)
    for department in (judges, OrganisationFactory()):
        MarkReminder.objects.create(
            scheme=scheme, department=department, missing=3, reminded_by=staff
        )
    found = actions.revise_scheme(scheme, by=staff)

    actions.publish_scheme(found, document_number="3号", by=director)

    found.refresh_from_db()
    kept, asked = found.mark_reminders.get(), scheme.mark_reminders.get(department=judges)
    assert found.marks_due_on == day
    assert (kept.department, kept.missing, kept.reminded_at, kept.reminded_by) == (
        judges, 3, asked.reminded_at, staff,
    )  # fmt: skip


def test_a_day_of_its_own_stays_the_new_version_s(staff, director):
    scheme, unit = in_force(staff, director)
    day = timezone.localdate() + timedelta(days=9)
    Scheme.objects.filter(pk=scheme.pk).update(marks_due_on=day)
    found = actions.revise_scheme(scheme, by=staff)
    Scheme.objects.filter(pk=found.pk).update(marks_due_on=day + timedelta(days=1))

    actions.publish_scheme(found, document_number="3号", by=director)

    found.refresh_from_db()
    assert found.marks_due_on == day + timedelta(days=1)


def test_what_scores_otherwise_is_not_carried(staff, director):
    scheme, unit = in_force(staff, director)
    found = actions.revise_scheme(scheme, by=staff)
    found.indicators.filter(code="D1").update(params={"步长": "1"})
    found.indicators.filter(code="B1").update(code="B9")
    Veto.objects.create(
        scheme=found, organisation=unit, kind="total", reason="造假", document_number="新",
        recorded_by=staff,
    )  # fmt: skip

    figures = actions.carried_figures(found)
    actions.publish_scheme(found, document_number="3号", by=director)

    assert (figures.marks, figures.marks_left) == (0, 1)
    assert (figures.values, figures.values_left, figures.vetoes) == (0, 1, 0)
    assert ManualMark.objects.filter(indicator__scheme=found).count() == 0
    assert [veto.document_number for veto in found.vetoes.all()] == ["新"]


@pytest.mark.parametrize(
    ("changed", "marks", "values"),
    [({"name": "领导重视"}, 0, 0), ({"role": "deduction"}, 0, 0), ({"department": None}, 0, 1)],
    ids=["another name", "another role", "another department"],
)
def test_what_is_another_leaf_is_not_carried(staff, director, changed, marks, values):
    scheme, unit = in_force(staff, director)
    found = actions.revise_scheme(scheme, by=staff)
    if "department" in changed:
        changed = {"department": OrganisationFactory(kind=Kind.PARTY_DEPARTMENT)}
    found.indicators.filter(code__in=["D1", "B1"]).update(**changed)

    figures = actions.carried_figures(found)

    assert (figures.marks, figures.marks_left) == (marks, 1 - marks)
    assert (figures.values, figures.values_left) == (values, 1 - values)


def test_marks_of_another_department_stay_with_the_old_version(staff, director):
    scheme, unit = in_force(staff, director)
    found = actions.revise_scheme(scheme, by=staff)
    found.indicators.filter(code="D1").update(
        department=OrganisationFactory(kind=Kind.PARTY_DEPARTMENT)
    )

    actions.publish_scheme(found, document_number="3号", by=director)

    assert ManualMark.objects.filter(indicator__scheme=found).count() == 0
    assert ImportedValue.objects.filter(indicator__scheme=found).count() == 1


def test_a_new_version_goes_on_with_drafts_and_returns(staff, director):
    scheme, unit = in_force(staff, director)
    leaf, group = scheme.indicators.get(code="D1"), scheme.groups.get(members__organisation=unit)
    judge = user_with(Role.SCORER, leaf.department)
    leaf.mark_drafts.create(organisation=unit, value="25", typed_by=judge)
    for group_asked in (group, AssessmentGroupFactory(scheme=scheme, name="不再有的组")):
        MarkReturn.objects.create(
            indicator=leaf, group=group_asked, reason="偏高", returned_by=staff
        )
    found = actions.revise_scheme(scheme, by=staff)
    found.groups.filter(name="不再有的组").delete()

    actions.publish_scheme(found, document_number="3号", by=director)

    new = found.indicators.get(code="D1")
    (asked,) = MarkReturn.objects.asked_of(judge)
    assert [(one.value, one.typed_by) for one in new.mark_drafts.all()] == [("25", judge)]
    assert (asked.indicator, asked.group.scheme, asked.group.name) == (new, found, group.name)
    assert (asked.reason, asked.returned_by) == ("偏高", staff)


def test_a_decided_version_is_not_replaced(staff, director):
    scheme, unit = in_force(staff, director)
    found = actions.revise_scheme(scheme, by=staff)
    Scheme.objects.filter(pk=scheme.pk).update(status=Status.BALANCED)

    with pytest.raises(RuleError, match="第 1 版现在是“已平衡”，不能由新版替代"):
        actions.publish_scheme(found, document_number="3号", by=director)

    found.refresh_from_db()
    assert found.status == Status.DRAFT


def test_a_version_that_is_being_computed_is_not_replaced(staff, director):
    scheme, unit = in_force(staff, director)
    found = actions.revise_scheme(scheme, by=staff)
    actions.start_run(scheme, by=staff)

    with pytest.raises(RuleError, match="旧版正在计算评分"):
        actions.publish_scheme(found, document_number="3号", by=director)

    assert Run.objects.filter(scheme=scheme).count() == 1


def test_a_copy_of_another_year_replaces_nothing(staff):
    scheme = SchemeFactory(title="2026年方案")

    copied = actions.copy_scheme(scheme, year=2027, by=staff)

    assert actions.carried_figures(copied.scheme) == actions.carried_figures(scheme)
    assert actions.replaced_by(copied.scheme) is None


def test_year_of_a_next_version_stays_the_one_it_replaces(staff, director):
    scheme, _unit = in_force(staff, director)
    draft = actions.revise_scheme(scheme, by=staff)
    copy = actions.copy_scheme(scheme, year=2027, by=staff).scheme

    with pytest.raises(RuleError, match="第 1 版的修订稿，年度不能改") as refused:
        actions.save_scheme_settings(draft, {"year": 2027}, by=staff)
    actions.save_scheme_settings(draft, {"year": 2026, "total": D(120)}, by=staff)
    actions.save_scheme_settings(copy, {"year": 2028}, by=staff)

    draft.refresh_from_db()
    copy.refresh_from_db()
    assert (refused.value.field, draft.year, draft.total, copy.year) == ("year", 2026, 120, 2028)
