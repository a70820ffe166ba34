"""Columns that users choose, filters that they keep and share."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts.rights import Role
from core.lists.deeds import MOST_SAVED
from core.lists.models import ColumnChoice, SavedFilter
from core.lists.tools import LISTS
from core.models import AuditRecord
from tests.factories.organisations import OrganisationFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db

KEY = "organisations.organisation_list"
LIST = reverse("organisations:organisation_list")
COLUMNS = reverse("core:columns_choose", args=[KEY])
SAVE = reverse("core:saved_filter_create", args=[KEY])


@pytest.fixture
def staff(client):
    user = user_with(Role.OFFICE_STAFF)
    client.force_login(user)
    return user


def saved(owner, **facts):
    facts = {"list_key": KEY, "name": "待核实的村", "query": "kind=village"} | facts
    return SavedFilter.objects.create(owner=owner, **facts)


def keys_shown(response):
    return [column.key for column in response.context["columns"]]


def told(response):
    return [str(message) for message in response.context["messages"]]


def test_list_shows_the_usual_columns_until_others_are_chosen(client, staff):
    before = keys_shown(client.get(LIST))

    client.post(COLUMNS, {"columns": ["superior", "code", "password"], "next": f"{LIST}?page=1"})

    assert before == ["kind", "trade", "partners", "capacity", "titles", "verification"]
    assert keys_shown(client.get(LIST)) == ["code", "superior"]
    assert ColumnChoice.objects.get().columns == ["code", "superior"]


def test_columns_chosen_on_one_list_are_the_users_own(client, staff):
    client.post(COLUMNS, {"columns": ["code"]})

    client.force_login(user_with(Role.LEADER))

    assert len(keys_shown(client.get(LIST))) == 6


def test_columns_can_all_be_hidden_and_brought_back(client, staff):
    client.post(COLUMNS, {})
    none = keys_shown(client.get(LIST))

    client.post(COLUMNS, {"reset": "1"})

    assert (none, len(keys_shown(client.get(LIST)))) == ([], 6)
    assert ColumnChoice.objects.count() == 0


def test_every_column_of_the_file_can_be_seen(client, staff):
    from organisations.exports import COLUMNS as OF_THE_FILE  # noqa: PLC0415

    keys = [one.key for one in OF_THE_FILE]
    OrganisationFactory(valid_from="2001-02-03")

    client.post(COLUMNS, {"columns": keys})
    response = client.get(LIST)

    assert keys_shown(response) == keys
    assert [len(cells) for _row, cells in response.context["rows"]] == [20, 20]
    assert "2001-02-03" in response.content.decode()


@pytest.mark.parametrize(
    ("role", "key", "status"),
    [
        (Role.OFFICE_STAFF, KEY, 302),
        (Role.LEADER, KEY, 302),
        (Role.SYSTEM_ADMIN, KEY, 403),
        (Role.SCORER, "partnerships.partnership_list", 403),
        (Role.OFFICE_STAFF, "accounts.user", 404),
    ],
)
def test_columns_of_a_list_are_for_those_who_may_open_it(client, role, key, status):
    client.force_login(user_with(role))

    response = client.post(reverse("core:columns_choose", args=[key]), {"columns": ["code"]})

    assert response.status_code == status


def test_saved_filter_keeps_the_conditions_of_the_list_and_nothing_else(client, staff):
    query = "sort=-name&kind=village&page=7&next=//evil.example&q=&township=3&<script>=1"

    response = client.post(SAVE, {"name": "待核实的村", "query": query})

    row = SavedFilter.objects.get()
    assert (row.query, row.owner, row.is_shared) == (
        "kind=village&sort=-name&township=3", staff, False,
    )  # fmt: skip
    assert response.url == f"{LIST}?{row.query}"
    links = client.get(response.url).context["tools"].links
    assert [(link.row, link.is_current) for link in links] == [(row, True)]
    assert AuditRecord.objects.get(verb="core.save_filter").after["query"] == row.query


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"name": "甲", "query": ""}, "现在没有筛选条件，先选好条件再保存。"),
        ({"name": "甲", "query": "nonsense=1"}, "现在没有筛选条件，先选好条件再保存。"),
        ({"name": "甲", "query": "q=" + "x" * 1000}, "条件太多，无法保存，请减少一些条件。"),
        ({"name": "待核实的村", "query": "kind=village"}, "已有同名的常用筛选，请换个名称。"),
        ({"name": "", "query": "kind=village"}, "这一项要填。"),
        ({"name": "13812345678", "query": "kind=village"}, "手机"),
    ],
)
def test_saved_filter_is_refused_in_words(client, staff, facts, sentence):
    saved(staff)

    response = client.post(SAVE, facts)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert SavedFilter.objects.count() == 1


def test_saved_filters_of_one_list_are_bounded(client, staff):
    for number in range(MOST_SAVED):
        saved(staff, name=f"第{number}个")

    response = client.post(SAVE, {"name": "又一个", "query": "kind=village"})

    assert "每个名单最多保存 30 个筛选" in response.content.decode()
    assert SavedFilter.objects.count() == MOST_SAVED


def test_shared_filters_reach_colleagues_and_nobody_else(client, staff):
    colleague, liaison = user_with(Role.LEADER), user_with(Role.LIAISON, OrganisationFactory())
    shared, own = saved(staff, name="共用", is_shared=True), saved(staff, name="自用")
    gone = saved(user_with(Role.OFFICE_STAFF, is_active=False), name="已停用", is_shared=True)
    other_list = saved(staff, name="别处", is_shared=True, list_key="demonstrations.title_list")

    seen = {}
    for user in (staff, colleague, liaison):
        client.force_login(user)
        seen[user] = [link.row for link in client.get(LIST).context["tools"].links]

    assert seen == {staff: [shared, own], colleague: [shared], liaison: []}
    assert {gone, other_list} & {row for rows in seen.values() for row in rows} == set()


@pytest.mark.parametrize("name", ["saved_filter_edit", "saved_filter_delete"])
def test_shared_filter_is_its_owners_to_change(client, staff, name):
    row = saved(staff, is_shared=True)
    client.force_login(user_with(Role.OFFICE_STAFF))

    response = client.post(reverse(f"core:{name}", args=[row.pk]), {"name": "改"})

    assert response.status_code == 404
    assert SavedFilter.objects.get().name == "待核实的村"


def test_saved_filter_is_renamed_shared_and_deleted(client, staff):
    row = saved(staff)
    edit = reverse("core:saved_filter_edit", args=[row.pk])
    opened = client.get(edit)

    client.post(edit, {"name": "各村", "is_shared": "on"})
    client.post(edit, {"name": "各村", "is_shared": "on"})
    row.refresh_from_db()
    response = client.post(reverse("core:saved_filter_delete", args=[row.pk]), follow=True)

    assert opened.context["form"].initial == {"name": "待核实的村", "is_shared": False}
    assert (row.name, row.is_shared) == ("各村", True)
    assert told(response) == ["已保存。", "已保存。", "已删除常用筛选“各村”。"]
    assert SavedFilter.objects.count() == 0
    verbs = AuditRecord.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["core.edit_filter", "core.delete_filter"]


def test_saved_filter_does_not_take_a_name_twice(client, staff):
    saved(staff, name="甲")
    row = saved(staff, name="乙")

    response = client.post(reverse("core:saved_filter_edit", args=[row.pk]), {"name": "甲"})

    assert response.status_code == 422
    assert "已有同名的常用筛选，请换个名称。" in response.content.decode()


@pytest.mark.parametrize(
    "facts", [{"name": "甲"}, {"name": "甲", "is_shared": True}], ids=["own", "shared"]
)
def test_database_refuses_a_saved_filters_name_twice(facts):
    owner = UserFactory()
    saved(owner, name="甲")

    with pytest.raises(IntegrityError):
        saved(owner, **facts)


def test_database_refuses_two_choices_of_columns():
    user = UserFactory()
    ColumnChoice.objects.create(user=user, list_key=KEY, columns=[])

    with pytest.raises(IntegrityError):
        ColumnChoice.objects.create(user=user, list_key=KEY, columns=[])


@pytest.mark.parametrize("key", sorted(LISTS))
def test_every_list_offers_its_saved_filters(client, staff, key):
    one = LISTS[key]
    row = saved(staff, list_key=key, query="sort=name")

    response = client.get(one.url)

    assert [link.row for link in response.context["tools"].links] == [row]
    assert reverse("core:saved_filter_edit", args=[row.pk]) in response.content.decode()


def test_names_of_saved_filters_and_columns():
    user = UserFactory(name="张三")

    assert str(SavedFilter(name="各村")) == "各村"
    assert str(ColumnChoice(user=user, list_key=KEY)) == f"张三 {KEY}"
