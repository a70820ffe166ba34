"""Lists that users arrange for themselves: which columns they see, which filters they keep.

An app declares a list once, beside its FilterSet:

    REGISTER = register_list(UserList(
        key="organisations.organisation_list", url_name="organisations:organisation_list",
        action="organisation.view", filterset=OrganisationFilter, columns=(ListColumn(…), …),
    ))

and its view hands `list_tools(request, REGISTER)` to components/filter_summary.html as `tools`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django_filters import FilterSet

from core.lists.models import ColumnChoice, SavedFilter

# Where one stands in the list, which is no condition.
NOT_KEPT = {"page"}


@dataclass(frozen=True)
class ListColumn:
    """A column on the screen. `sort` is its name in ?sort=; `css` stands on its cells."""

    key: str
    label: Any
    sort: str = ""
    css: str = ""
    is_default: bool = False


@dataclass(frozen=True)
class UserList:
    """One list; `action` is the right that opens it. Without columns only filters are kept."""

    key: str
    url_name: str
    action: str
    filterset: type[FilterSet]
    columns: Sequence[ListColumn] = ()

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    def default_keys(self) -> list[str]:
        return [column.key for column in self.columns if column.is_default]


LISTS: dict[str, UserList] = {}


def register_list(one: UserList) -> UserList:
    LISTS[one.key] = one
    return one


@dataclass(frozen=True)
class SavedLink:
    """A saved filter as the list shows it."""

    row: SavedFilter
    url: str
    is_mine: bool
    is_current: bool


@dataclass(frozen=True)
class ListTools:
    """What the head of a list offers this user."""

    list: UserList
    columns: list[tuple[ListColumn, bool]]
    links: list[SavedLink]
    query: str

    @property
    def shown(self) -> list[ListColumn]:
        return [column for column, is_shown in self.columns if is_shown]


def list_tools(request: HttpRequest, one: UserList) -> ListTools:
    query = kept_query(one, request.GET)
    return ListTools(one, chosen_columns(one, request.user), _links(one, request, query), query)


def chosen_columns(one: UserList, user: Any) -> list[tuple[ListColumn, bool]]:
    """Every column with whether this user sees it; no query where there is nothing to choose."""
    if not one.columns:
        return []
    choice = ColumnChoice.objects.filter(user=user, list_key=one.key).first()
    keys = choice.columns if choice else one.default_keys()
    return [(column, column.key in keys) for column in one.columns]


def _links(one: UserList, request: HttpRequest, query: str) -> list[SavedLink]:
    rows = SavedFilter.objects.visible_to(request.user, one.key).select_related("owner")
    return [
        SavedLink(
            row,
            f"{one.url}?{row.query}",
            is_mine=row.owner_id == request.user.pk,
            is_current=row.query == query,
        )
        for row in rows
    ]


def kept_query(one: UserList, query: QueryDict) -> str:
    """The conditions of this list that the query string holds, in one spelling; nothing else."""
    fields = one.filterset.base_filters
    kept = QueryDict(mutable=True)
    for name in sorted(query):
        known = name in fields or name.rpartition("_")[0] in fields
        values = [value for value in query.getlist(name) if value]
        if known and values and name not in NOT_KEPT:
            kept.setlist(name, values)
    return kept.urlencode()
