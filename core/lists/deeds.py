"""What users do with a list of theirs."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleError
from core.lists.models import ColumnChoice, SavedFilter
from core.lists.tools import UserList, kept_query

MOST_SAVED = 30
QUERY_LENGTH = SavedFilter._meta.get_field("query").max_length


@transaction.atomic
def choose_columns(one: UserList, keys: Iterable[str], *, by: Any) -> list[str]:
    """Keep which columns the user sees; their default is not kept. Returns the keys."""
    wanted = set(keys)
    chosen = [column.key for column in one.columns if column.key in wanted]
    mine = ColumnChoice.objects.filter(user=by, list_key=one.key)
    if chosen == one.default_keys():
        mine.delete()
    else:
        ColumnChoice.objects.update_or_create(
            user=by, list_key=one.key, defaults={"columns": chosen}
        )
    return chosen


@transaction.atomic
def save_filter(one: UserList, *, name: str, query: str, is_shared: bool, by: Any) -> SavedFilter:
    """Keep the conditions of `query` under a name; what is no condition of the list is dropped."""
    kept = kept_query(one, QueryDict(query))
    if not kept:
        raise RuleError(_("现在没有筛选条件，先选好条件再保存。"))
    if len(kept) > QUERY_LENGTH:
        raise RuleError(_("条件太多，无法保存，请减少一些条件。"))
    mine = SavedFilter.objects.filter(owner=by, list_key=one.key)
    _refuse_double(mine, name)
    if mine.count() >= MOST_SAVED:
        raise RuleError(_("每个名单最多保存 %d 个筛选，请先删去不用的。") % MOST_SAVED)
    row = SavedFilter.objects.create(
        owner=by, list_key=one.key, name=name, query=kept, is_shared=is_shared
    )
    audit.record("core.save_filter", row, by=by, after=_facts(row))
    return row


@transaction.atomic
def edit_filter(row: SavedFilter, *, name: str, is_shared: bool, by: Any) -> SavedFilter:
    """Give it another name, share it or keep it to oneself."""
    row = SavedFilter.objects.select_for_update().get(pk=row.pk)
    others = SavedFilter.objects.filter(owner=row.owner, list_key=row.list_key)
    _refuse_double(others.exclude(pk=row.pk), name)
    before = _facts(row)
    row.name, row.is_shared = name, is_shared
    if _facts(row) != before:
        row.save(update_fields=["name", "is_shared"])
        audit.record("core.edit_filter", row, by=by, before=before, after=_facts(row))
    return row


@transaction.atomic
def delete_filter(row: SavedFilter, *, by: Any) -> None:
    audit.record("core.delete_filter", row, by=by, before=_facts(row))
    row.delete()


def _refuse_double(rows: Any, name: str) -> None:
    if rows.filter(name=name).exists():
        raise RuleError(_("已有同名的常用筛选，请换个名称。"), field="name")


def _facts(row: SavedFilter) -> dict[str, Any]:
    return audit.snapshot(row, ["name", "query", "is_shared"])
