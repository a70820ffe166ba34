"""The audit log: what a record holds, the chain that betrays tampering, the seal on the table."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from importlib import import_module
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core import audit
from core.audit import AuditEntry
from core.errors import RuleError
from core.models import AuditRecord
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

audit_seal = import_module("core.migrations.0002_refuse_audit_changes")


def change_behind_the_back(pk, **facts):
    AuditRecord.objects.filter(pk=pk).update(**facts)


def test_record_keeps_who_where_what_and_the_change():
    user = UserFactory(name="张三")
    unit = OrganisationFactory(short_name="大沁他拉镇")
    token = audit.origin.set("10.0.0.7")

    entry = audit.record(
        "organisations.edit_organisation",
        unit,
        by=user,
        before={"capacity": 2},
        after={"capacity": 3},
        reason="能力提高",
        is_decision=True,
    )
    audit.origin.reset(token)

    stored = AuditRecord.objects.values(
        "by", "by_name", "origin", "verb", "subject_type", "subject_id", "subject_label", "before",
        "after", "outcome", "reason", "is_decision", "previous_hash",
    ).get(pk=entry.pk)  # fmt: skip
    assert stored == {
        "by": user.pk,
        "by_name": "张三",
        "origin": "10.0.0.7",
        "verb": "organisations.edit_organisation",
        "subject_type": "organisations.Organisation",
        "subject_id": str(unit.pk),
        "subject_label": "大沁他拉镇",
        "before": {"capacity": 2},
        "after": {"capacity": 3},
        "outcome": "success",
        "reason": "能力提高",
        "is_decision": True,
        "previous_hash": "",
    }


def test_record_without_user_or_subject_is_the_system_itself():
    entry = audit.record("core.clean_up", by=None)

    assert (entry.by_id, entry.by_name, entry.subject_type, entry.subject_id) == (None, "", "", "")


def test_record_makes_facts_json_safe():
    facts = {
        "points": Decimal("1.50"), "on": date(2026, 3, 5), "units": {"甲"}, "n": {1: None},
        "yes": True,
    }  # fmt: skip

    entry = audit.record("a.b", by=None, after=facts)

    assert AuditRecord.objects.get(pk=entry.pk).after == {
        "points": "1.50",
        "on": "2026-03-05",
        "units": ["甲"],
        "n": {"1": None},
        "yes": True,
    }
    assert audit.find_broken_link() is None


def test_record_is_undone_with_the_deed_it_tells_of():
    with transaction.atomic():
        audit.record("a.b", by=None)
        transaction.set_rollback(True)

    assert AuditRecord.objects.count() == 0


def test_record_shortens_what_is_too_long():
    unit = OrganisationFactory(short_name="长" * 40)

    entry = audit.record("a.b", unit, by=None, reason="因" * 900)

    assert (len(entry.subject_label), len(entry.reason)) == (40, 500)


def test_snapshot_names_related_rows():
    unit = OrganisationFactory(short_name="章古台苏木", capacity=4)

    facts = audit.snapshot(unit, ["short_name", "capacity", "region"])

    assert facts == {"short_name": "章古台苏木", "capacity": 4, "region": str(unit.region)}


def test_a_record_is_neither_saved_again_nor_deleted():
    entry = audit.record("a.b", by=None)

    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


def test_chain_links_each_record_to_the_one_before():
    first = audit.record("a.one", by=None)

    second = audit.record("a.two", by=None)

    assert second.previous_hash == first.hash
    assert audit.find_broken_link() is None


def test_record_many_keeps_each_deed_with_its_change():
    user = UserFactory(name="张三")
    units = OrganisationFactory.create_batch(2)
    audit.record("a.before", by=None)
    entries = [
        audit.AuditEntry(
            "organisations.edit_organisation",
            unit,
            before={"valid_from": date(2026, 3, 5)},
            after={"valid_from": None},
            reason="因" * 900,
            is_decision=True,
        )
        for unit in units
    ]

    count = audit.record_many(entries, by=user)

    stored = AuditRecord.objects.order_by("pk").values_list(
        "by_name", "verb", "subject_type", "subject_id", "before", "after", "outcome", "reason",
        "is_decision",
    )[1:]  # fmt: skip
    assert count == 2
    assert list(stored) == [
        ("张三", "organisations.edit_organisation", "organisations.Organisation", str(unit.pk),
         {"valid_from": "2026-03-05"}, {"valid_from": None}, "success", "因" * 500, True)
        for unit in units
    ]  # fmt: skip
    assert audit.find_broken_link() is None


def test_record_many_goes_on_with_the_chain_over_its_own_batches(monkeypatch):
    monkeypatch.setattr(audit, "AT_ONCE", 2)

    count = audit.record_many((audit.AuditEntry(f"a.{n}") for n in range(5)), by=None)
    audit.record("a.after", by=None)

    verbs = AuditRecord.objects.order_by("pk").values_list("verb", flat=True)
    assert count == 5
    assert list(verbs) == ["a.0", "a.1", "a.2", "a.3", "a.4", "a.after"]
    assert audit.find_broken_link() is None


@pytest.mark.parametrize("item_count", [1, 3])
def test_record_many_asks_no_more_for_more(item_count, django_assert_num_queries):
    entries = [audit.AuditEntry("a.b") for _number in range(item_count)]
    around = 3 if connection.vendor == "postgresql" else 2  # savepoint, its end, the chain's lock

    with django_assert_num_queries(around + 2):
        count = audit.record_many(entries, by=None)

    assert count == item_count


def test_record_many_of_nothing_leaves_nothing():
    count = audit.record_many([], by=None)

    assert (count, AuditRecord.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_writers_at_once_make_one_chain():
    barrier = Barrier(2)

    def write(name):
        barrier.wait()
        try:
            for _time in range(5):
                audit.record_many([audit.AuditEntry(f"{name}.many")] * 20, by=None)
                audit.record(f"{name}.one", by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, ["a", "b"]))

    assert AuditRecord.objects.count() == 210
    assert audit.find_broken_link() is None


@pytest.mark.parametrize(
    "facts",
    [
        {"by_name": "别人"},
        {"origin": "1.2.3.4"},
        {"verb": "a.other"},
        {"subject_label": "别处"},
        {"before": {"x": 1}},
        {"after": {"x": 1}},
        {"outcome": "refused"},
        {"reason": "改过"},
        {"is_decision": True},
        {"previous_hash": "0" * 64},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_find_broken_link_finds_any_changed_fact(facts):
    audit.record("a.one", by=None)
    changed = audit.record("a.two", by=None)
    audit.record("a.three", by=None)

    change_behind_the_back(changed.pk, **facts)

    assert audit.find_broken_link() == changed


def test_find_broken_link_finds_a_missing_record():
    first, second, third = (audit.record(f"a.{n}", by=None) for n in range(3))

    AuditRecord.objects.filter(pk=second.pk)._raw_delete(connection.alias)

    assert audit.find_broken_link() == third
    assert first.pk < third.pk


def test_find_broken_link_tells_how_far_it_is():
    for number in range(5):
        audit.record(f"a.{number}", by=None)
    seen = []

    audit.find_broken_link(on_progress=seen.append, every=2)

    assert seen == [2, 4]


def test_verify_audit_says_how_many_records_hold():
    audit.record("a.one", by=None)
    out = StringIO()

    call_command("verify_audit", stdout=out)

    assert out.getvalue() == "审计记录共 1 条，摘要链完整。\n"


def test_verify_audit_names_the_broken_record():
    entry = audit.record("a.one", by=None)
    change_behind_the_back(entry.pk, reason="改过")

    with pytest.raises(CommandError, match=f"第 {entry.pk} 条"):
        call_command("verify_audit")


@pytest.fixture
def sealed():
    """The audit table as an installation has it; tests otherwise run without the triggers."""
    with connection.schema_editor() as editor:
        audit_seal.seal(None, editor)
    yield
    with connection.schema_editor() as editor:
        audit_seal.unseal(None, editor)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditrecord SET reason = 'x'",
        "DELETE FROM core_auditrecord",
        "UPDATE core_auditrecord SET hash = hash WHERE id = id",
    ],
)
def test_database_refuses_to_change_a_sealed_record(sealed, statement):
    audit.record("a.one", by=None)

    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="append-only"):
        cursor.execute(statement)

    assert AuditRecord.objects.count() == 1
    assert audit.find_broken_link() is None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_database_refuses_to_truncate_a_sealed_log(sealed):
    audit.record("a.one", by=None)

    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="append-only"):
        cursor.execute("TRUNCATE core_auditrecord CASCADE")

    assert AuditRecord.objects.count() == 1


def test_records_in_one_go_stand_in_their_order_behind_the_others():
    user = UserFactory()
    audit.record("core.first", by=user)

    with audit.in_one_go():
        audit.record("core.second", user, by=user)
        audit.record_many([AuditEntry("core.third", user)], by=user)
        assert AuditRecord.objects.count() == 1
    audit.record("core.fourth", by=user)

    verbs = AuditRecord.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["core.first", "core.second", "core.third", "core.fourth"]
    assert audit.find_broken_link() is None


def fail_in_one_go():
    with audit.in_one_go():
        audit.record("core.second", by=None)
        raise RuleError("不成")


def test_records_in_one_go_are_none_where_the_work_fails():
    with pytest.raises(RuleError):
        fail_in_one_go()

    assert AuditRecord.objects.count() == 0


def test_nothing_done_in_one_go_leaves_nothing():
    with audit.in_one_go():
        pass

    assert AuditRecord.objects.count() == 0
