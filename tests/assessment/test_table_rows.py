"""Rows of a draft's table: cells, new rows, places, copies, deletion."""

from decimal import Decimal as D

import pytest

from accounts.rights import Role
from assessment import actions
from assessment.actions.table import MOST_ROWS
from assessment.models import ImportedValue, Indicator, ManualMark, Scheme
from assessment.permissions import WRITING, wrote_scheme
from assessment.table_cells import in_tree_order
from core.errors import RuleError
from core.models import AuditRecord
from tests.factories.assessment import IndicatorFactory, SchemeFactory
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return user_with(Role.OFFICE_STAFF)


@pytest.fixture
def scheme():
    """A rehearsed draft: A with A1 and A2, B (加分) with B1."""
    scheme = SchemeFactory(status="rehearsed", published_by=None, published_at=None)
    a = add(scheme, "A", order=0)
    add(scheme, "A1", a, "flag", order=1)
    add(scheme, "A2", a, "flag", order=2)
    b = add(scheme, "B", order=3, role="bonus")
    add(scheme, "B1", b, "flag", order=4, role="bonus")
    return scheme


def add(scheme, code, parent=None, rule="", **facts):
    source = {"source": "metric", "metric": "activities"} if rule else {}
    return IndicatorFactory(
        scheme=scheme,
        code=code,
        name=f"名称{code}",
        parent=parent,
        rule_kind=rule,
        **source,
        **facts,
    )


def row(scheme, code):
    return scheme.indicators.get(code=code)


def codes(scheme):
    """The table from the top down, each row as its parent's code and its own."""
    rows = in_tree_order(scheme.indicators.select_related("parent"))
    return [f"{one.parent.code if one.parent else ''}/{one.code}" for one in rows]


def test_save_row_writes_what_was_changed_and_makes_a_draft_of_it(scheme, staff):
    saved = actions.save_row(
        row(scheme, "A1"),
        {"name": "新名", "points": D(7), "code": "A1"},
        seen={"name": "名称A1", "points": "100", "code": "A1"},
        by=staff,
    )

    scheme.refresh_from_db()
    stored = row(scheme, "A1")
    record = AuditRecord.objects.get(verb="assessment.save_indicator")
    assert (stored.name, stored.points, saved.clashes, scheme.status) == ("新名", D(7), {}, "draft")
    assert (record.before["name"], record.after["name"]) == ("名称A1", "新名")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "新名"),
        ("points", D(7)),
        ("methods", "实地检查"),
        ("basis", "新依据"),
        ("applies_to", ["township"]),
        ("params", {"单价": "2"}),
    ],
)
def test_save_indicator_records_what_was_changed(scheme, staff, name, value):
    changed = row(scheme, "A1")
    setattr(changed, name, value)

    actions.save_indicator(changed, by=staff)

    assert changed_in_record() == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [("weight", "5"), ("excluded_by", "A2"), ("methods", "问卷"), ("basis", "新")],
)
def test_save_row_records_what_was_changed(scheme, staff, name, value):
    typed = {"weight": D(5), "excluded_by": row(scheme, "A2")}.get(name, value)

    actions.save_row(row(scheme, "A1"), {name: typed}, seen={name: ""}, by=staff)

    assert changed_in_record() == [name]


def changed_in_record():
    record = AuditRecord.objects.get(verb="assessment.save_indicator")
    return [key for key in record.after if record.before[key] != record.after[key]]


def test_audit_copies_and_digests_know_every_field_of_an_indicator():
    columns = {field.name for field in Indicator._meta.concrete_fields}

    beside = {"id", "scheme", "parent", "code", "order", "excluded_by"}
    assert columns == beside | set(Indicator.CONTENT)


def test_save_row_without_change_leaves_everything(scheme, staff):
    actions.save_row(row(scheme, "A1"), {"points": D("100.00")}, seen={"points": "100"}, by=staff)

    scheme.refresh_from_db()
    assert (scheme.status, AuditRecord.objects.count()) == ("rehearsed", 0)


def test_save_row_does_not_overwrite_what_somebody_else_changed(scheme, staff):
    Indicator.objects.filter(code="A1").update(points=D(38), name="同一个名")

    saved = actions.save_row(
        row(scheme, "A1"),
        {"points": D(40), "name": "同一个名", "basis": "通知"},
        seen={"points": "100", "name": "名称A1", "basis": ""},
        by=staff,
    )

    stored = row(scheme, "A1")
    assert saved.clashes == {"points": "38"}
    assert (stored.points, stored.basis) == (D(38), "通知")


def test_save_row_without_what_was_seen_writes(scheme, staff):
    actions.save_row(row(scheme, "A1"), {"points": D(40)}, seen={}, by=staff)

    assert row(scheme, "A1").points == D(40)


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda scheme: None, "编码“A2”已有"),
        (lambda scheme: row(scheme, "A1").delete(), "这一行已被他人删除"),
        (lambda scheme: publish(scheme), "方案已发布"),
    ],
    ids=["code taken", "row gone", "published"],
)
def test_save_row_is_refused_in_words(scheme, staff, prepare, sentence):
    stale = row(scheme, "A1")
    prepare(scheme)

    with pytest.raises(RuleError, match=sentence):
        actions.save_row(stale, {"code": "A2"}, seen={"code": "A1"}, by=staff)


def naming(scheme, **params):
    """A2 void when A1 applies; B1 spared by A1's value."""
    Indicator.objects.filter(scheme=scheme, code="A2").update(excluded_by=row(scheme, "A1"))
    sliding = {"标准": "10", "步长": "1", "每步扣": "1"} | params
    Indicator.objects.filter(scheme=scheme, code="B1").update(rule_kind="sliding", params=sliding)


@pytest.mark.parametrize(
    ("exemption", "after"),
    [("A1>=12", "新1≥12"), ("A1≥均值+5", "新1≥均值+5"), ("A1 < 3", "新1<3")],
)
def test_save_row_takes_a_new_code_to_what_names_the_old_one(scheme, staff, exemption, after):
    naming(scheme, 豁免=exemption)

    saved = actions.save_row(row(scheme, "A1"), {"code": "新1"}, seen={"code": "A1"}, by=staff)

    told = AuditRecord.objects.filter(verb="assessment.save_indicator").order_by("pk")
    assert saved.followed == ["A2 的互斥", "B1 的豁免"]
    assert (row(scheme, "A2").excluded_by.code, row(scheme, "B1").params["豁免"]) == ("新1", after)
    assert [(one.before["code"], one.after["code"]) for one in told] == [
        ("A1", "新1"),
        ("A2", "A2"),
        ("B1", "B1"),
    ]
    assert (told[1].before["excluded_by"], told[1].after["excluded_by"]) == (
        "A1 名称A1",
        "新1 名称A1",
    )
    assert (told[2].before["params"]["豁免"], told[2].after["params"]["豁免"]) == (exemption, after)


@pytest.mark.parametrize(
    "params",
    [{}, {"豁免": "A2>=12"}, {"豁免": "看不懂"}],
    ids=["none", "another leaf", "unreadable"],
)
def test_save_row_leaves_what_names_another_code(scheme, staff, params):
    naming(scheme, **params)
    stored = row(scheme, "B1").params

    saved = actions.save_row(row(scheme, "A1"), {"code": "新1"}, seen={"code": "A1"}, by=staff)

    assert (saved.followed, row(scheme, "B1").params) == (["A2 的互斥"], stored)


def test_one_leaf_that_names_a_code_twice_is_told_once(scheme, staff):
    naming(scheme, 豁免="A1>=12")
    Indicator.objects.filter(scheme=scheme, code="B1").update(excluded_by=row(scheme, "A1"))

    saved = actions.save_row(row(scheme, "A1"), {"code": "A9"}, seen={"code": "A1"}, by=staff)

    assert saved.followed == ["A2 的互斥", "B1 的互斥、豁免"]


@pytest.mark.parametrize("code", ["A 9", "A>9"])
def test_code_that_no_exemption_can_name_is_refused(scheme, staff, code):
    naming(scheme, 豁免="A1>=12")

    with pytest.raises(RuleError, match="“B1 名称B1”的豁免要写到编码"):
        actions.save_row(row(scheme, "A1"), {"code": code}, seen={"code": "A1"}, by=staff)

    assert row(scheme, "A1").name == "名称A1"


def test_save_indicator_takes_a_new_code_along_too(scheme, staff):
    naming(scheme, 豁免="A1>=12")
    renamed = row(scheme, "A1")
    renamed.code = "A9"

    saved = actions.save_indicator(renamed, by=staff)

    assert saved.followed == ["A2 的互斥", "B1 的豁免"]
    assert row(scheme, "B1").params["豁免"] == "A9≥12"


def publish(scheme):
    facts = {"published_by": UserFactory(), "published_at": scheme.created_at}
    Scheme.objects.filter(pk=scheme.pk).update(status="published", **facts)


def test_role_of_a_branch_passes_down_but_not_to_what_has_its_own(scheme, staff):
    own = add(scheme, "A3", row(scheme, "A"), "flag", role="deduction", order=9)

    actions.save_row(row(scheme, "B"), {"role": "base"}, seen={"role": "bonus"}, by=staff)
    base = row(scheme, "B1").role
    actions.save_row(row(scheme, "B"), {"role": "deduction"}, seen={"role": "base"}, by=staff)

    own.refresh_from_db()
    assert (base, row(scheme, "B1").role, own.role) == ("base", "deduction", "deduction")


def test_role_base_leaves_a_deduction_below_it(scheme, staff):
    add(scheme, "B2", row(scheme, "B"), "flag", role="deduction", order=9)

    actions.save_row(row(scheme, "B"), {"role": "base"}, seen={"role": "bonus"}, by=staff)

    assert row(scheme, "B2").role == "deduction"


@pytest.mark.parametrize(
    ("parent", "after", "table"),
    [
        ("A", "A1", ["/A", "A/A1", "A/A3", "A/A2", "/B", "B/B1"]),
        ("A", None, ["/A", "A/A1", "A/A2", "A/A3", "/B", "B/B1"]),
        (None, "A", ["/A", "A/A1", "A/A2", "/C", "/B", "B/B1"]),
    ],
)
def test_add_row_stands_at_its_place_with_the_next_code(scheme, staff, parent, after, table):
    added = actions.add_row(
        scheme,
        parent=parent and row(scheme, parent),
        after=after and row(scheme, after),
        by=staff,
    )

    assert codes(scheme) == table
    assert (added.points, added.role) == (D(0), "base")


def test_add_row_takes_the_role_of_its_branch(scheme, staff):
    assert actions.add_row(scheme, parent=row(scheme, "B"), by=staff).role == "bonus"


def test_add_row_below_a_leaf_is_refused(scheme, staff):
    with pytest.raises(RuleError, match="有赋分办法，不能再有下级"):
        actions.add_row(scheme, parent=row(scheme, "A1"), by=staff)


def test_table_has_an_end(scheme, staff):
    Indicator.objects.bulk_create(
        Indicator(scheme=scheme, code=f"N{n}", name="指标", points=1) for n in range(MOST_ROWS - 5)
    )

    with pytest.raises(RuleError, match="最多 300 行"):
        actions.copy_row(row(scheme, "A1"), by=staff)


@pytest.mark.parametrize(
    ("code", "direction", "table"),
    [
        ("A2", "up", ["/A", "A/A2", "A/A1", "/B", "B/B1"]),
        ("A", "down", ["/B", "B/B1", "/A", "A/A1", "A/A2"]),
        ("B", "in", ["/A", "A/A1", "A/A2", "A/B", "B/B1"]),
        ("A1", "out", ["/A", "A/A2", "/A1", "/B", "B/B1"]),
    ],
)
def test_move_row_takes_its_branch_along(scheme, staff, code, direction, table):
    actions.move_row(row(scheme, code), direction, by=staff)

    assert codes(scheme) == table


def test_move_row_out_of_the_second_level_stays_below_the_first(scheme, staff):
    add(scheme, "A3", row(scheme, "A"), order=5)
    deep = add(scheme, "A3.1", row(scheme, "A3"), "flag", order=6)

    actions.move_row(deep, "out", by=staff)

    assert "A/A3.1" in codes(scheme)


@pytest.mark.parametrize(
    ("code", "direction", "sentence"),
    [
        ("A1", "up", "已是同级中的第一项"),
        ("A2", "down", "已是同级中的最后项"),
        ("A", "out", "已是一级指标"),
        ("A1", "in", "上面没有同级的指标"),
        ("A2", "in", "“A1 名称A1”有赋分办法"),
    ],
)
def test_move_row_says_why_not(scheme, staff, code, direction, sentence):
    with pytest.raises(RuleError, match=sentence):
        actions.move_row(row(scheme, code), direction, by=staff)


@pytest.mark.parametrize(
    ("code", "parent", "roles"),
    [
        ("A1", "B", {"A1": "bonus"}),
        ("B1", "A", {"B1": "base"}),
        ("B", "A", {"B": "bonus", "B1": "bonus"}),
        ("B1", None, {"B1": "base"}),
    ],
)
def test_move_row_under_another_branch_takes_its_role(scheme, staff, code, parent, roles):
    actions.move_row_under(row(scheme, code), parent and row(scheme, parent), by=staff)

    assert f"{parent or ''}/{code}" in codes(scheme)
    assert {one: row(scheme, one).role for one in roles} == roles


def test_move_row_into_itself_is_refused(scheme, staff):
    inner = add(scheme, "A3", row(scheme, "A"), order=5)

    with pytest.raises(RuleError, match="不能移到自己的下级里"):
        actions.move_row_under(row(scheme, "A"), inner, by=staff)


def test_move_row_that_is_gone_is_told(scheme, staff):
    gone = row(scheme, "A1")
    Indicator.objects.filter(code="A1").delete()

    with pytest.raises(RuleError, match="已被他人删除"):
        actions.move_row(gone, "up", by=staff)


def test_copy_of_a_branch_has_new_codes_and_its_own_exclusions(scheme, staff):
    Indicator.objects.filter(code="A2").update(excluded_by=row(scheme, "A1"), basis="依据")
    Indicator.objects.filter(code="A1").update(excluded_by=row(scheme, "B1"))

    actions.copy_row(row(scheme, "A"), by=staff)

    copied = row(scheme, "C2")
    assert codes(scheme) == ["/A", "A/A1", "A/A2", "/C", "C/C1", "C/C2", "/B", "B/B1"]
    assert (copied.excluded_by.code, row(scheme, "C1").excluded_by.code) == ("C1", "B1")
    assert (copied.rule_kind, copied.metric, copied.basis) == ("flag", "activities", "依据")


def test_copy_of_a_leaf_stands_behind_it(scheme, staff):
    copy = actions.copy_row(row(scheme, "A1"), by=staff)

    assert (copy.code, codes(scheme)[1:4]) == ("A3", ["A/A1", "A/A3", "A/A2"])


def test_delete_takes_what_is_below(scheme, staff):
    assert actions.usage_of(row(scheme, "A")) == actions.Usage(3, 0, 0, 0)

    actions.delete_indicator(row(scheme, "A"), by=staff)

    assert codes(scheme) == ["/B", "B/B1"]


def test_delete_of_what_is_in_use_says_so(scheme, staff):
    unit = OrganisationFactory()
    leaf = row(scheme, "A1")
    ManualMark.objects.create(indicator=leaf, organisation=unit, value=1, marked_by=staff)
    ImportedValue.objects.create(indicator=leaf, organisation=unit, value=1, entered_by=staff)

    with pytest.raises(RuleError, match="“A 名称A”已有人工评分 1 个、导入数据 1 个，不能删除"):
        actions.delete_indicator(row(scheme, "A"), by=staff)

    assert len(codes(scheme)) == 5


DEEDS = {
    "save_indicator": lambda s, by: actions.save_row(row(s, "A1"), {"name": "改"}, seen={}, by=by),
    "add_indicator": lambda s, by: actions.add_row(s, parent=None, by=by),
    "move_indicator": lambda s, by: actions.move_row(row(s, "A2"), "up", by=by),
    "copy_indicator": lambda s, by: actions.copy_row(row(s, "A1"), by=by),
    "delete_indicator": lambda s, by: actions.delete_indicator(row(s, "A1"), by=by),
    "save_applies": lambda s, by: actions.save_applies(
        s, {row(s, "A1").pk: ["village"]}, seen={}, by=by
    ),
    "save_scheme_settings": lambda s, by: actions.save_scheme_settings(s, {"total": D(9)}, by=by),
    "create_group": lambda s, by: actions.create_group(s, name="一组", by=by),
}


@pytest.mark.parametrize("verb", DEEDS)
def test_whoever_changes_the_table_is_its_author(scheme, staff, verb):
    before = wrote_scheme(staff, scheme)

    DEEDS[verb](scheme, staff)

    assert (before, wrote_scheme(staff, scheme)) == (False, True)
    assert f"assessment.{verb}" in WRITING


@pytest.mark.parametrize(
    ("code", "parent", "before", "table"),
    [
        ("A2", "A", "A1", ["/A", "A/A2", "A/A1", "/B", "B/B1"]),
        ("A1", "A", None, ["/A", "A/A2", "A/A1", "/B", "B/B1"]),
        ("B1", "A", "A2", ["/A", "A/A1", "A/B1", "A/A2", "/B"]),
        ("B", None, "A", ["/B", "B/B1", "/A", "A/A1", "A/A2"]),
        ("B1", None, "B", ["/A", "A/A1", "A/A2", "/B1", "/B"]),
        ("A1", "B", "A2", ["/A", "A/A2", "/B", "B/B1", "B/A1"]),
    ],
    ids=["up", "last", "another parent", "a branch", "to the top", "before a stranger"],
)
def test_move_row_under_puts_it_before_a_row(scheme, staff, code, parent, before, table):
    parent, before = (one and row(scheme, one) for one in (parent, before))

    actions.move_row_under(row(scheme, code), parent, before=before, by=staff)

    assert codes(scheme) == table


def test_move_row_before_one_that_is_gone_is_refused(scheme, staff):
    gone = row(scheme, "A2")
    Indicator.objects.filter(pk=gone.pk).delete()

    with pytest.raises(RuleError, match="已被他人删除"):
        actions.move_row_under(row(scheme, "B1"), row(scheme, "A"), before=gone, by=staff)
