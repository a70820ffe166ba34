"""The pages of collection windows."""

import csv

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Role
from activities.forms.records import BEGUN
from activities.models import CollectionWindow
from organisations.models.kinds import Kind
from tests.factories.organisations import OrganisationFactory, user_with
from tests.factories.records import (
    CollectionWindowFactory,
    WindowAnswerFactory,
    answered,
    in_days,
)

pytestmark = pytest.mark.django_db

LIST = reverse("activities:window_list")
CREATE = reverse("activities:window_create")


@pytest.fixture
def unit():
    return OrganisationFactory(short_name="甲镇", name="甲镇政府")


@pytest.fixture
def staff(client):
    user = user_with(Role.OFFICE_STAFF, name="韩梅")
    client.force_login(user)
    return user


@pytest.fixture
def liaison(client, unit):
    user = user_with(Role.LIAISON, unit, name="王芳")
    client.force_login(user)
    return user


def url_of(name, row, *more):
    return reverse(f"activities:{name}", args=[row.pk, *more])


def told(response):
    return [str(message) for message in response.context["messages"]]


def posted(**changed):
    return {
        "title": "年度共建打算",
        "basis": "奈创办发〔2026〕8号",
        "asked": "今年打算办哪几件事。",
        "kinds": ["township"],
        "due_on": f"{in_days(14)}",
        "closes_on": f"{in_days(20)}",
        "short_notice_reason": "",
    } | changed


@pytest.mark.parametrize("item_count", [1, 3])
def test_window_list_needs_the_same_queries_for_any_number(
    client, staff, django_assert_num_queries, item_count
):
    for _ in range(item_count):
        window = CollectionWindowFactory()
        WindowAnswerFactory(window=window)
        answered(window=window)
    client.get(LIST)

    with django_assert_num_queries(7):
        response = client.get(LIST)

    rows = list(response.context["page"])
    assert [(row.answered_count, row.asked_count) for row in rows] == [(1, 2)] * item_count


@pytest.mark.parametrize("item_count", [1, 3])
def test_window_detail_needs_the_same_queries_for_any_number(
    client, staff, django_assert_num_queries, item_count
):
    window = CollectionWindowFactory()
    for _ in range(item_count):
        WindowAnswerFactory(window=window)
        answered(window=window)
    client.get(url_of("window_detail", window))

    with django_assert_num_queries(11):
        response = client.get(url_of("window_detail", window))

    assert len(response.context["rows"]) == item_count * 2


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["未到", "逾期", "关闭", "撤销"]),
        ("q=未到", ["未到"]),
        ("q=8号 逾期", ["逾期"]),
        ("state=open", ["未到"]),
        ("state=late", ["逾期"]),
        ("state=closed", ["关闭"]),
        ("state=cancelled", ["撤销"]),
        ("state=waiting", ["未到"]),
        ("year=2023", []),
        ("state=x&year=abc", ["未到", "逾期", "关闭", "撤销"]),
    ],
)
def test_window_list_filters(client, liaison, unit, query, expected):
    for title, due_in, cancelled in (
        ("未到", 9, False),
        ("逾期", -1, False),
        ("关闭", -20, False),
        ("撤销", -30, True),
    ):
        facts = {"title": title, "due_on": in_days(due_in)}
        if cancelled:
            facts |= {"cancelled_at": timezone.now(), "cancelled_by": liaison}
            facts["cancel_reason"] = "重复"
        window = CollectionWindowFactory(**facts)
        make = WindowAnswerFactory if title in ("未到", "关闭", "撤销") else answered
        make(window=window, organisation=unit)
    CollectionWindowFactory(title="问别人")

    response = client.get(f"{LIST}?{query}")

    assert [row.title for row in response.context["page"]] == expected
    assert response.context["owed_count"] == 1


def test_what_is_owed_is_counted_in_the_tab_and_the_menu(client, liaison, unit):
    WindowAnswerFactory.create_batch(2, organisation=unit)
    answered(organisation=unit)

    context = client.get(LIST).context

    tabs = {tab["label"]: tab["count"] for tab in context["tabs"] if tab["count"]}
    menu = {str(entry["label"]): entry["count"] for entry in context["navigation"]}
    assert (tabs, menu["活动报送"]) == ({"填报窗口": 2}, 2)


def test_window_list_that_is_empty_says_why(client, liaison):
    assert "还没有填报" in client.get(LIST).text
    assert "没有符合条件的填报" in client.get(LIST, {"q": "无"}).text


def test_window_create_asks_all_of_a_kind_and_the_chosen(client, staff, unit):
    other = OrganisationFactory(kind=Kind.SCHOOL, short_name="一中")
    OrganisationFactory(kind=Kind.HOSPITAL)
    OrganisationFactory(valid_until=in_days(-3))

    response = client.post(CREATE, posted(organisations=[other.pk, unit.pk]), follow=True)

    window = CollectionWindow.objects.get()
    asked = {answer.organisation for answer in window.answers.all()}
    assert (asked, window.opened_by) == ({unit, other}, staff)
    assert told(response) == ["已发出，2 家单位的首页会列出这一项。"]


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"kinds": []}, "kinds", "没有一家单位被要求填报"),
        ({"due_on": f"{in_days(1)}"}, "short_notice_reason", "不足 3 个工作日"),
        ({"asked": "说" * 301}, "asked", "最多 300 个字"),
        ({"basis": ""}, "basis", "这一项要填"),
        ({"asked": "联系 13812345678"}, "asked", "手机"),
    ],
    ids=["nobody", "short notice", "too long", "no basis", "phone"],
)
def test_window_create_tells_at_the_field_what_is_missing(
    client, staff, unit, changed, field, words
):
    response = client.post(CREATE, posted(**changed))

    assert list(response.context["form"].errors) == [field]
    assert words in response.context["form"].errors[field][0]
    assert CollectionWindow.objects.count() == 0


def test_window_create_says_from_which_day_no_reason_is_needed(client, staff):
    assert "以前的要写，单位会看到" in client.get(CREATE).text
    assert "以前的要写，单位会看到" in client.post(CREATE, posted(title="")).text


def test_window_edit_corrects_the_words(client, staff):
    window = WindowAnswerFactory(window__basis="旧").window
    facts = {"due_on": f"{window.due_on}", "closes_on": f"{window.closes_on}", "basis": "新"}

    shown = client.get(url_of("window_edit", window))
    response = client.post(url_of("window_edit", window), posted(**facts))

    window.refresh_from_db()
    assert "kinds" not in shown.context["form"].fields
    assert (response.url, window.basis) == (url_of("window_detail", window), "新")


def test_window_edit_shows_the_refusal_at_the_date(client, staff):
    window = WindowAnswerFactory(window__due_on=in_days(20)).window

    response = client.post(url_of("window_edit", window), posted(closes_on=f"{in_days(40)}"))

    assert "只能往后改" in response.context["form"].errors["due_on"][0]


@pytest.mark.parametrize("deed", ["window_edit", "window_remind", "window_cancel"])
def test_deeds_on_a_closed_window_are_forbidden(client, staff, deed):
    window = WindowAnswerFactory(window__due_on=in_days(-30)).window

    assert client.post(url_of(deed, window)).status_code == 403


def test_deeds_on_a_window_out_of_reach_are_not_found(client, staff):
    assert client.post(url_of("window_remind", CollectionWindowFactory())).status_code == 404


def test_window_remind_marks_it_and_offers_the_words(client, staff, unit):
    answer = WindowAnswerFactory(organisation=unit, window__title="打算")
    answered(window=answer.window)

    shown = client.get(url_of("window_detail", answer.window))
    response = client.post(url_of("window_remind", answer.window), follow=True)

    assert shown.context["reminder"].endswith("\n甲镇")
    assert told(response)[0].startswith("已催办")
    assert response.context["history"][0]["text"] == "催办"


def test_window_remind_with_nothing_to_remind_says_so(client, staff):
    window = answered().window

    response = client.post(url_of("window_remind", window), follow=True)

    assert told(response) == ["各单位都已答复，不用催办。"]
    assert (response.context["reminder"], response.context["can_remind"]) == ("", False)


def test_window_cancel_asks_once_and_takes_a_reason(client, staff):
    window = answered().window

    shown = client.get(url_of("window_cancel", window))
    refused = client.post(url_of("window_cancel", window), {"reason": ""})
    response = client.post(url_of("window_cancel", window), {"reason": "重复"}, follow=True)

    assert shown.context["facts"][0]["figure"] == 1
    assert list(refused.context["form"].errors) == ["reason"]
    assert response.context["what_now"]["text"] == "已撤销：重复"


def test_window_detail_shows_a_liaison_the_own_answer_alone(client, liaison, unit):
    answer = WindowAnswerFactory(organisation=unit)
    WindowAnswerFactory(window=answer.window)

    response = client.get(url_of("window_detail", answer.window))

    assert [row for row, _mine in response.context["rows"]] == [answer]
    assert response.context["answer_url"] == url_of("window_answer", answer)
    assert response.context["what_now"]["text"].startswith("等您答复")


def test_window_detail_of_a_closed_window_offers_nothing(client, liaison, unit):
    answer = WindowAnswerFactory(organisation=unit, window__due_on=in_days(-30))

    response = client.get(url_of("window_detail", answer.window))

    assert response.context["rows"] == [(answer, False)]
    assert response.context["what_now"]["text"].endswith("关闭。1 家没有答复。")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["欠", "迟", "准"]),
        ("state=pending", ["欠"]),
        ("state=late", ["迟"]),
        ("state=in_time", ["准"]),
        ("q=迟", ["迟"]),
        ("q=无", []),
    ],
)
def test_window_detail_puts_who_has_not_answered_first(client, staff, query, expected):
    window = CollectionWindowFactory()
    answered(window=window, organisation__short_name="迟", in_time=False)
    answered(window=window, organisation__short_name="准")
    WindowAnswerFactory(window=window, organisation__short_name="欠")

    response = client.get(f"{url_of('window_detail', window)}?{query}")

    assert [row.organisation.short_name for row, _mine in response.context["rows"]] == expected


def test_window_export_gives_the_answers_of_this_window(client, staff, unit):
    window = answered(organisation=unit).window
    WindowAnswerFactory(organisation=unit)

    response = client.get(url_of("window_export", window, "csv"), {"state": "in_time"})

    rows = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert [row[:4] for row in rows if row and row[0] == "甲镇"] == [
        ["甲镇", "苏木乡镇", "按时答复", "两家。"]
    ]


@pytest.mark.parametrize(
    ("sent", "state", "text"),
    [
        ({"text": "两家。"}, "answered", "两家。"),
        ({"text": "", "no_change": "1"}, "no_change", ""),
    ],
    ids=["text", "no change"],
)
def test_window_answer_takes_a_text_or_no_change(client, liaison, unit, sent, state, text):
    answer = WindowAnswerFactory(organisation=unit)

    response = client.post(url_of("window_answer", answer), sent)

    answer.refresh_from_db()
    assert (answer.state, answer.text, answer.answered_by) == (state, text, liaison)
    assert response.url == url_of("window_detail", answer.window)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"text": ""}, "没有变化的点“无变化”"),
        ({"text": "写了", "no_change": "1"}, "已写了内容"),
        ({"text": "写" * 1001}, "最多 1000 个字"),
    ],
    ids=["empty", "both", "too long"],
)
def test_window_answer_says_what_is_missing(client, liaison, unit, sent, words):
    answer = WindowAnswerFactory(organisation=unit)

    response = client.post(url_of("window_answer", answer), sent)

    assert words in response.context["form"].errors["text"][0]


def test_window_answer_of_a_closed_window_is_refused_in_words(client, liaison, unit):
    answer = WindowAnswerFactory(organisation=unit, window__due_on=in_days(-30))

    response = client.post(url_of("window_answer", answer), {"text": "迟了"})

    assert "不能再报" in response.context["form"].non_field_errors()[0]


def begun(answer, seconds_ago, *, key=None):
    moment = timezone.now().timestamp() - seconds_ago
    return signing.dumps([key or answer.pk, moment], salt=BEGUN)


@pytest.mark.parametrize("kind", ["own", "another's", "forged", "none"])
def test_window_answer_knows_when_its_page_was_opened(client, liaison, unit, kind):
    answer = WindowAnswerFactory(organisation=unit)
    token = {
        "own": begun(answer, 600),
        "another's": begun(answer, 600, key=answer.pk + 1),
        "forged": "x:y:z",
        "none": "",
    }[kind]

    shown = client.get(url_of("window_answer", answer))
    form = type(shown.context["form"])({"text": "好", "begun": token}, answer=answer)

    assert form.is_valid()
    ago = (timezone.now() - form.begun_at()).total_seconds()
    assert (ago > 500) is (kind == "own")


def test_the_township_answers_for_its_village(client, liaison, unit):
    village = OrganisationFactory(kind=Kind.VILLAGE, superior=unit)
    answer = WindowAnswerFactory(organisation=village)

    assert client.get(url_of("window_answer", answer)).status_code == 200


def test_the_office_answers_for_who_has_no_account_alone(client, staff, unit):
    without = WindowAnswerFactory(organisation=unit)
    with_one = WindowAnswerFactory(window=without.window)
    user_with(Role.LIAISON, with_one.organisation)

    rows = client.get(url_of("window_detail", without.window)).context["rows"]

    assert {row.pk: mine for row, mine in rows} == {without.pk: True, with_one.pk: False}
    assert client.get(url_of("window_answer", without)).status_code == 200
    assert client.get(url_of("window_answer", with_one)).status_code == 403


def test_answers_of_others_are_not_found_and_cancelled_ones_forbidden(client, liaison, unit):
    cancelled = {"cancelled_at": timezone.now(), "cancelled_by": liaison, "cancel_reason": "误"}
    gone = WindowAnswerFactory(organisation=unit, window=CollectionWindowFactory(**cancelled))

    assert client.get(url_of("window_answer", WindowAnswerFactory())).status_code == 404
    assert client.get(url_of("window_answer", gone)).status_code == 403
