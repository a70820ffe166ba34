"""The trigram index behind the search: made where the engine has one, search works without."""

import logging
from importlib import import_module

import pytest
from django.db import connection

from organisations.models import Organisation
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db

migration = import_module("organisations.migrations.0004_search_index")
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="only PostgreSQL has the index"
)


def has_index():
    table = Organisation._meta.db_table
    with connection.cursor() as cursor:
        return migration.INDEX in connection.introspection.get_constraints(cursor, table)


def run(deed):
    with connection.schema_editor() as editor:
        deed(None, editor)


@on_postgresql
def test_search_index_comes_and_goes():
    run(migration.drop_index)
    gone = has_index()
    run(migration.create_index)

    assert (gone, has_index()) == (False, True)


@on_postgresql
def test_search_index_is_done_without_where_it_may_not_be_made(caplog):
    run(migration.drop_index)
    OrganisationFactory(short_name="明仁苏木", name="奈曼旗明仁苏木")
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm; CREATE ROLE nobody_at_all; SET ROLE nobody_at_all")
    try:
        with caplog.at_level(logging.WARNING):
            run(migration.create_index)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE; DROP ROLE nobody_at_all")

    assert "search goes without its index" in caplog.text
    assert has_index() is False
    assert Organisation.objects.search("mingren").get().short_name == "明仁苏木"


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL makes one")
def test_other_engines_make_no_search_index():
    migration.create_index(None, connection.schema_editor(atomic=False))

    assert has_index() is False
