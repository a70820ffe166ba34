from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import django_filters
import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from core.models import Job
from core.templatetags import ui
from core.views import component_gallery
from core.widgets import UnitPicker, UnitPickerMultiple

KINDS = [("pair", "一对一结对"), ("其他", [("industry", "同行业联动"), ("area", "区域性联盟")])]


class SampleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称")
    kind = django_filters.MultipleChoiceFilter(label="形式", choices=KINDS)
    status = django_filters.ChoiceFilter(label="状态", choices=[("done", "已完成")])
    themed = django_filters.BooleanFilter(
        label="主题活动", widget=forms.CheckboxInput(attrs={"value": "true"})
    )
    held_on = django_filters.DateFromToRangeFilter(label="日期")
    sort = django_filters.OrderingFilter(fields=["title"])

    class Meta:
        model = Job
        fields: list[str] = []


class Report:
    STATUS_TONES = {"accepted": "success"}
    STATUS_ICONS = {"accepted": "check-circle"}
    CONSENT_TONES = {"declined": "danger"}

    def __init__(self, status="accepted", consent="declined"):
        self.status = status
        self.consent = consent

    def get_status_display(self):
        return {"accepted": "已采用"}.get(self.status, "未知")

    def get_consent_display(self):
        return "婉拒"


def render(source, address="/", **context):
    request = RequestFactory().get(address)
    return Template(source).render(Context({"request": request, **context})).strip()


def chips(address):
    request = RequestFactory().get(address)
    filterset = SampleFilter(request.GET, queryset=Job.objects.none())
    return [tuple(chip) for chip in ui.filter_chips({"request": request}, filterset)]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/?status=done&sort=nonsense", ""),
        ("/?status=nonsense", "筛选条件“状态”看不懂，已忽略。"),
        ("/?status=nonsense&held_on_after=x", "筛选条件“状态”“日期”看不懂，已忽略。"),
    ],
)
def test_filter_misread_names_what_makes_no_sense(address, told):
    query = RequestFactory().get(address).GET
    filterset = SampleFilter(query, queryset=Job.objects.none())

    assert ui.filter_misread(filterset) == told


def test_icon_is_decoration_unless_labelled():
    plain = render('{% icon "plus" %}')
    labelled = render('{% icon "bell" "通知" css="icon-s" %}')

    assert plain == (
        '<svg class="icon " aria-hidden="true"><use href="/static/img/icons.svg#plus"></use></svg>'
    )
    assert labelled == (
        '<svg class="icon icon-s" role="img" aria-label="通知">'
        '<use href="/static/img/icons.svg#bell"></use></svg>'
    )


def test_icon_escapes_its_label():
    markup = render("{% icon 'plus' label %}", label='"><script>')

    assert 'aria-label="&quot;&gt;&lt;script&gt;"' in markup


@pytest.mark.parametrize(
    ("row", "field", "expected"),
    [
        (Report(), "status", {"label": "已采用", "tone": "success", "icon": "check-circle"}),
        (Report(status="x"), "status", {"label": "未知", "tone": "neutral", "icon": "dot"}),
        (Report(), "consent", {"label": "婉拒", "tone": "danger", "icon": "x-circle"}),
    ],
)
def test_status_badge_takes_tone_and_icon_of_the_model(row, field, expected):
    assert ui.status_badge(row, field) == expected


def test_tone_icon_of_an_unknown_tone_is_a_dot():
    assert ui.tone_icon("purple") == "dot"


@pytest.mark.parametrize(
    ("level_tag", "tone"),
    [("error", "danger"), ("debug", "neutral"), ("success", "success"), ("warning", "warning")],
)
def test_message_tone_follows_the_level(level_tag, tone):
    assert ui.message_tone(SimpleNamespace(level_tag=level_tag)) == tone


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("12.50"), "12.5"),
        (Decimal("100.00"), "100"),
        (Decimal("0.00"), "0"),
        (Decimal("-1.10"), "-1.1"),
        (3, "3"),
        ("2.0", "2"),
        (None, "—"),
        ("", "—"),
        ("many", "—"),
    ],
)
def test_points_drop_idle_zeros(value, words):
    assert ui.points(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("1234567.8"), "1,234,567.80"),
        (Decimal("-0.05"), "-0.05"),
        (0, "0.00"),
        (None, "—"),
    ],
)
def test_money_stands_to_the_fen(value, words):
    assert ui.money(value) == words


def test_cn_date_of_a_date_a_moment_and_nothing():
    late_in_utc = datetime(2026, 3, 4, 18, 32, tzinfo=UTC)

    assert ui.cn_date(date(2026, 3, 5)) == "2026年3月5日"
    assert ui.cn_date(late_in_utc) == "2026年3月5日"
    assert ui.cn_datetime(late_in_utc) == "2026年3月5日 02:32"
    assert ui.cn_date(None) == "—"
    assert ui.cn_datetime(None) == "—"


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (-2, "逾期 2 天", "danger"),
        (0, "今天截止", "warning"),
        (3, "还有 3 天", "warning"),
        (4, "还有 4 天", "neutral"),
    ],
)
def test_due_date_in_words_and_tone(days, words, tone):
    due_on = timezone.localdate() + timedelta(days=days)

    assert (ui.due_words(due_on), ui.due_tone(due_on)) == (words, tone)


def test_due_takes_a_moment_and_nothing():
    assert ui.due_words(timezone.now()) == "今天截止"
    assert (ui.due_words(None), ui.due_tone(None)) == ("", "neutral")


def test_page_numbers_leave_gaps():
    pages = Paginator(range(200), 10)

    assert ui.page_numbers(pages.page(10)) == [1, None, 9, 10, 11, None, 20]
    assert ui.page_numbers(pages.page(1)) == [1, 2, None, 20]


@pytest.mark.parametrize(
    ("address", "direction", "url"),
    [
        ("/", "", "?sort=title"),
        ("/?sort=title&page=3&q=x", "ascending", "?sort=-title&q=x"),
        ("/?sort=-title", "descending", "?sort=title"),
    ],
)
def test_sort_head_turns_the_order_and_keeps_the_query(address, direction, url):
    head = ui.sort_head({"request": RequestFactory().get(address)}, "title", "名称")

    assert (head["direction"], head["url"]) == (direction, url)


def test_sort_head_tells_readers_the_order():
    markup = render('{% sort_head "title" "名称" %}', address="/?sort=-title")

    assert 'aria-sort="descending"' in markup


def test_export_url_takes_the_filter_and_not_the_page():
    context = {"request": RequestFactory().get("/?q=x&page=2")}

    assert ui.export_url(context, "/export/") == "/export/?q=x"


def test_export_url_of_an_unfiltered_list_is_bare():
    assert ui.export_url({"request": RequestFactory().get("/")}, "/export/") == "/export/"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/", []),
        ("/?q=&status=", []),
        ("/?q=义诊&page=4", [("名称", "义诊", "?")]),
        ("/?status=done&sort=title", [("状态", "已完成", "?sort=title")]),
        ("/?status=nonsense", []),
        ("/?themed=true", [("主题活动", "是", "?")]),
        ("/?themed=false", [("主题活动", "否", "?")]),
        ("/?held_on_after=2026-01-01", [("日期", "2026-01-01 起", "?")]),
        ("/?held_on_before=2026-02-01", [("日期", "至 2026-02-01", "?")]),
        (
            "/?held_on_after=2026-01-01&held_on_before=2026-02-01&status=done",
            [
                (
                    "状态",
                    "已完成",
                    "?held_on_after=2026-01-01&held_on_before=2026-02-01",
                ),
                ("日期", "2026-01-01 至 2026-02-01", "?status=done"),
            ],
        ),
        (
            "/?kind=pair&kind=area",
            [("形式", "一对一结对", "?kind=area"), ("形式", "区域性联盟", "?kind=pair")],
        ),
    ],
)
def test_filter_chips_say_what_is_on_and_how_to_take_it_off(address, expected):
    assert chips(address) == expected


@pytest.mark.django_db
def test_filter_chips_name_a_chosen_row(django_user_model):
    user = django_user_model.objects.create_user("wurina", name="乌日娜")

    class ByUser(django_filters.FilterSet):
        by = django_filters.ModelChoiceFilter(
            label="经手人", queryset=django_user_model.objects.all()
        )

    query = RequestFactory().get(f"/?by={user.pk}").GET

    found = ui.chips_of(ByUser(query, queryset=django_user_model.objects.all()), query)

    assert found == [ui.Chip("经手人", "乌日娜", "?")]


def test_fields_part_into_row_and_rest():
    fields = list("abcdefg")

    assert (ui.fields_to(fields, 2), ui.fields_from(fields, 2)) == (["a", "b"], list("cdefg"))
    assert (ui.fields_to(fields, ""), ui.fields_from(fields, "")) == (list("abcde"), ["f", "g"])


def test_unit_picker_tells_the_script_where_to_ask():
    markup = UnitPicker(url_name="home", choices=[("", "未选")]).render("unit", "")

    assert markup == (
        '<select name="unit" data-unit-picker data-url="/">\n'
        '  <option value="" selected>未选</option>\n\n</select>'
    )


def test_unit_picker_carries_hint_and_search_of_a_row():
    row = SimpleNamespace(picker_hint="苏木乡镇 · 奈曼旗", picker_search="daqintala dqtl")
    value = forms.models.ModelChoiceIteratorValue(7, row)

    markup = UnitPickerMultiple(choices=[(value, "大沁他拉镇")]).render("units", [7])

    assert markup == (
        '<select name="units" multiple data-unit-picker>\n'
        '  <option value="7" selected data-hint="苏木乡镇 · 奈曼旗" data-search="daqintala dqtl">'
        "大沁他拉镇</option>\n\n</select>"
    )


@pytest.mark.parametrize("address", ["/gallery/", "/gallery/?faulty=1&status=returned&page=2"])
def test_component_gallery_shows_every_component(rf, address):
    request = rf.get(address)
    request.user = SimpleNamespace(is_authenticated=False)

    page = component_gallery(request).content.decode()

    for css in ("stats", "todo", "filters", "dt", "pager", "empty", "timeline", "confirm", "job"):
        assert f'class="{css}' in page or f" {css}" in page
    assert ("error-summary" in page) is ("faulty" in address)


@pytest.mark.parametrize(
    ("value", "role", "words"),
    [
        (Decimal("2.0"), "deduction", "−2"),
        (Decimal("2.5"), "bonus", "+2.5"),
        (Decimal("2"), "base", "2"),
        (Decimal(0), "deduction", "0"),
        (None, "bonus", "—"),
        (Decimal(260) / 3, "base", "86.6667"),
        (Decimal("0.00005"), "base", "0.0001"),
    ],
)
def test_signed_points_read_as_they_count(value, role, words):
    assert ui.signed(value, role) == words
