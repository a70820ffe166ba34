"""Every ledger that can be brought in is well declared."""

import pytest
from django.urls import reverse

from accounts.rights import RIGHTS
from core.imports.faults import ValueFault
from core.imports.ledger import LEDGERS
from core.imports.reading import COMPUTED, known_labels

pytestmark = pytest.mark.django_db
EACH = pytest.mark.parametrize("ledger", LEDGERS.values(), ids=lambda ledger: ledger.key)


def reads_several(column):
    try:
        return isinstance(column.read("甲、乙"), list)
    except ValueFault:
        return False


@EACH
def test_ledger_names_a_right_a_list_and_its_key_columns(ledger):
    keys = [column.key for column in ledger.columns]

    assert ledger.action in RIGHTS
    assert reverse(ledger.list_url)
    assert set(ledger.key_columns) <= set(keys)
    assert len(keys) == len(set(keys))


@EACH
def test_ledger_knows_each_label_by_one_column(ledger):
    told = [
        (str(label), column.key)
        for column in ledger.columns
        for label in (column.label, *column.aliases)
    ]

    labels = [label for label, _key in told]
    known = known_labels(ledger)
    assert sorted(labels) == sorted(set(labels))
    assert {label: known[label] for label in labels} == dict(told)
    assert not set(map(str, ledger.computed)) & set(labels)
    assert all(known[str(label)].startswith(COMPUTED) for label in ledger.computed)


@EACH
def test_ledger_reads_what_its_template_offers(ledger):
    for column in ledger.columns:
        offered = column.options() if column.options else ()
        assert [label for label in offered if column.read(label) in (None, "", [])] == []
        if column.example:
            assert column.read(column.example) not in (None, "", [])


@EACH
def test_ledger_says_an_empty_value_with_no_word(ledger):
    for column in ledger.columns:
        if column.blank:
            assert column.blank() in (None, "", [])


@EACH
def test_ledger_offers_one_choice_only_where_one_belongs(ledger):
    several = [column for column in ledger.columns if reads_several(column)]

    assert [column.key for column in several if column.options] == []
    assert all(str(column.hint) for column in several)
