"""What the gallery of components is filled with: invented facts of the right shape."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.core.paginator import Paginator
from django.forms.models import ModelChoiceIteratorValue
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Job
from core.widgets import UnitPicker, UnitPickerMultiple

STATES = {
    "draft": ("草稿", "neutral", "draft"),
    "submitted": ("已报送", "info", "send"),
    "accepted": ("已采用", "success", "check-circle"),
    "returned": ("已退回", "warning", "undo"),
    "overdue": ("已逾期", "danger", "alert"),
}
UNITS = [
    ("1", "大沁他拉镇", "苏木乡镇 · 奈曼旗", "daqintala dqtl"),
    ("2", "八仙筒镇", "苏木乡镇 · 奈曼旗", "baxiantong bxt"),
    ("3", "青龙山镇", "苏木乡镇 · 奈曼旗", "qinglongshan qls"),
    ("4", "教育体育局", "政府部门 · 奈曼旗", "jiaoyutiyuju jytyj"),
    ("5", "卫生健康委员会", "政府部门 · 奈曼旗", "weishengjiankang wsjk"),
    ("6", "工商业联合会", "人民团体 · 奈曼旗", "gongshangye gsy"),
    ("7", "孟家段水库管理处", "水库 · 八仙筒镇", "mengjiaduan mjd"),
    ("8", "兴隆沼国有林场", "国有林场 · 土城子乡", "xinglongzhao xlz"),
]
TITLES = [
    "各族青少年“手拉手”主题宣讲与共读一本书",
    "义诊进嘎查：慢病筛查与用药指导",
    "东明镇与治安镇农牧民那达慕联办",
    "民营企业包联嘎查产业调研座谈",
    "国家通用语言文字推普志愿服务",
    "“石榴籽”广场文艺汇演暨非物质文化遗产展示展演（蒙古族服饰、版画、剪纸专场）",
    "水库管护与周边村护林防火联合演练",
    "驻奈单位与社区共建环境整治日",
]


class SampleUnit(NamedTuple):
    picker_hint: str
    picker_search: str


def unit_choices() -> list[tuple[ModelChoiceIteratorValue, str]]:
    return [
        (ModelChoiceIteratorValue(pk, SampleUnit(hint, search)), name)
        for pk, name, hint, search in UNITS
    ]


class SampleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("活动"), widget=forms.TextInput(attrs={"type": "search"}))
    status = django_filters.ChoiceFilter(
        label=_("状态"),
        choices=[(key, words[0]) for key, words in STATES.items()],
        empty_label=_("全部"),
    )
    form = django_filters.ChoiceFilter(
        label=_("形式"),
        choices=[("pair", "一对一结对"), ("industry", "同行业联动"), ("alliance", "区域性联盟")],
        empty_label=_("全部"),
    )
    unit = django_filters.ChoiceFilter(
        label=_("单位"), choices=unit_choices(), widget=UnitPicker, empty_label=_("全部")
    )
    held_on = django_filters.DateFilter(
        label=_("日期自"), widget=forms.DateInput(attrs={"type": "date"})
    )
    themed = django_filters.ChoiceFilter(
        label=_("主题活动"), choices=[("true", "是"), ("false", "否")], empty_label=_("全部")
    )

    class Meta:
        model = Job
        fields: list[str] = []


class SampleForm(forms.Form):
    title = forms.CharField(label=_("活动名称"), max_length=60, help_text=_("写做了什么，不写口号"))
    held_on = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}))
    host = forms.ChoiceField(
        label=_("主办单位"),
        widget=UnitPicker,
        choices=[("", "未选"), *unit_choices()],
        help_text=_("可输入名称、拼音或首字母"),
    )
    joint = forms.MultipleChoiceField(
        label=_("联办单位"),
        widget=UnitPickerMultiple,
        required=False,
        choices=unit_choices(),
    )
    kinds = forms.MultipleChoiceField(
        label=_("内容"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("a", "宣传教育"), ("b", "文体活动"), ("c", "座谈调研"), ("d", "共建美好家园")],
    )
    heads = forms.IntegerField(label=_("参加人数"), required=False, min_value=0)
    summary = forms.CharField(
        label=_("摘要"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("300 字以内"),
        max_length=300,
    )
    files = forms.FileField(label=_("附件"), required=False, help_text=_("可以不传，不计分"))
    themed = forms.BooleanField(label=_("属于主题活动"), required=False)


def sample_rows() -> list[dict[str, Any]]:
    rows = []
    for number in range(58):
        words, tone, icon = list(STATES.values())[number % 5]
        rows.append(
            {
                "pk": number + 1,
                "title": TITLES[number % len(TITLES)],
                "unit": UNITS[number % len(UNITS)],
                "held_on": timezone.localdate() - timedelta(days=3 * number),
                "heads": None if number % 7 == 3 else 37 + number * 29 % 1200,
                "label": words,
                "tone": tone,
                "icon": icon,
                "points": number % 6 / 2,
            }
        )
    return rows


def sample_things_to_do() -> list[dict[str, Any]]:
    today = timezone.localdate()
    return [
        {
            "text": "被退回的活动待修改",
            "detail": "东明镇与治安镇农牧民那达慕联办",
            "url": "#",
            "due_on": today - timedelta(days=2),
            "icon": "undo",
            "action": "修改",
        },
        {
            "text": "联办活动待确认",
            "count": 3,
            "url": "#",
            "due_on": today + timedelta(days=2),
            "icon": "check-circle",
            "action": "确认",
        },
        {
            "text": "年度基本情况填报",
            "detail": "奈创建办〔2026〕3号",
            "url": "#",
            "due_on": today + timedelta(days=12),
            "icon": "collect",
            "action": "填写",
        },
        {"text": "结对意向待答复", "detail": "教育体育局提出", "url": "#", "icon": "link"},
    ]


def sample_history() -> list[dict[str, Any]]:
    now = timezone.now()
    return [
        {"at": now, "text": "采用", "by": "旗创建办", "tone": "success", "icon": "check"},
        {
            "at": now - timedelta(hours=5),
            "text": "八仙筒镇确认参加",
            "by": "八仙筒镇",
            "tone": "info",
        },
        {
            "at": now - timedelta(days=1),
            "text": "退回",
            "by": "旗创建办",
            "tone": "warning",
            "icon": "undo",
            "detail": "请补写参加单位各自做了什么",
        },
        {"at": now - timedelta(days=2), "text": "报送", "by": "大沁他拉镇", "icon": "send"},
    ]


MONTHS = [f"{month}月" for month in range(1, 13)]
TOWNS = [unit[1] for unit in UNITS]
KINDS = ["苏木乡镇", "政府部门", "嘎查村"]
LINE = {
    "categories": MONTHS,
    "unit": "项",
    "series": [
        {"name": "报送", "data": [12, 9, 24, 31, 40, 52, 47, 39, 61, 58, 66, 71]},
        {"name": "采用", "data": [10, 8, 20, 28, 33, 47, 44, 36, 52, 55, 60, 63]},
    ],
}
BAR: dict[str, Any] = {
    "categories": TOWNS,
    "horizontal": True,
    "unit": "项",
    "target": 20,
    "targetLabel": "要求 20",
    "series": [{"name": "活动", "data": [41, 33, 28, 26, 22, 17, 9, 6]}],
}
FORMS = [("一对一结对", 5), ("同行业联动", 7), ("代表性矩阵", 3), ("区域性联盟", 11)]
STACKED = {
    "categories": MONTHS,
    "unit": "项",
    "series": [
        {"name": name, "data": [(month * factor) % 17 + 3 for month in range(1, 13)]}
        for name, factor in FORMS
    ],
}
PIE = {
    "unit": "个",
    "center": "62%",
    "items": [
        {"name": "已结对", "value": 241},
        {"name": "意向中", "value": 37},
        {"name": "未结对", "value": 111},
    ],
}
HEATMAP = {
    "x": MONTHS,
    "y": TOWNS[:6],
    "unit": "项",
    "values": [[x, y, (x * y * 7 + x) % 13] for x in range(12) for y in range(6)],
}
RADAR = {
    "axes": [{"name": name, "max": 20} for name in ["结对", "活动", "示范", "督导", "宣传"]],
    "series": [
        {"name": "本单位", "data": [16, 12, 9, 18, 11]},
        {"name": "本组平均", "data": [12, 13, 11, 14, 9]},
    ],
}


def sample_network() -> dict[str, Any]:
    """Towns in a row, villages around them."""
    nodes = [
        {
            "id": number,
            "name": TOWNS[number] if number < len(TOWNS) else f"嘎查{number}",
            "group": KINDS[number % 3],
            "size": 1 + number % 7,
        }
        for number in range(26)
    ]
    links = [(number, number % 8) for number in range(8, 22)]
    links += [(number, number + 1) for number in range(6)]
    return {
        "nodes": nodes,
        "links": [{"source": source, "target": target} for source, target in links],
        "groups": KINDS,
    }


def sample_charts() -> dict[str, Any]:
    return {
        "line": LINE,
        "bar": BAR,
        "stacked": STACKED,
        "pie": PIE,
        "network": sample_network(),
        "heatmap": HEATMAP,
        "radar": RADAR,
    }


FACTS = [
    ("牵头单位", "大沁他拉镇"),
    ("期限", "2026年1月1日 至 2026年12月31日"),
    ("形式", "一对一结对 · 业务与地域"),
    ("协议文号", ""),
    ("示范命名", "全区民族团结进步示范单位"),
]
TABS = [
    {"label": "概况", "url": "#", "is_current": True, "count": None},
    {"label": "活动", "url": "#", "count": 12},
    {"label": "督导", "url": "#", "count": 0},
]
BULK_ACTIONS = [
    {"label": "采用", "url": "#", "icon": "check"},
    {"label": "退回", "url": "#", "icon": "undo"},
]
CONFIRM_FACTS = [
    {"figure": "12", "unit": "项", "label": "采用的活动"},
    {"figure": "9", "unit": "个", "label": "因此得分的单位"},
    {"figure": "+4.5", "unit": "分", "label": "合计变化"},
]


def gallery_context(request: HttpRequest) -> dict[str, Any]:
    """Everything the gallery shows, without a row of the database."""
    filled = SampleForm(
        {"title": "", "held_on": "2026-13-01", "host": "2", "joint": ["1", "4"], "kinds": ["a"]},
        auto_id="sample_%s",
    )
    return {
        "filter": SampleFilter(request.GET, queryset=Job.objects.none()),
        "page": Paginator(sample_rows(), 12).get_page(request.GET.get("page")),
        "exports": [{"label": "导出 Excel", "url": "#"}],
        "bulk_actions": BULK_ACTIONS,
        "states": STATES.values(),
        "todo": sample_things_to_do(),
        "history": sample_history(),
        "form": SampleForm(auto_id="sample_%s", initial={"joint": ["1", "6"]}),
        "faulty_form": filled if "faulty" in request.GET else None,
        "facts": FACTS,
        "tabs": TABS,
        "confirm_facts": CONFIRM_FACTS,
        "saved_at": timezone.localtime(
            datetime(2026, 3, 5, 2, 32, tzinfo=timezone.get_default_timezone())
        ),
        "charts": sample_charts(),
        "bar_table": {
            "heads": ["单位", "活动（项）"],
            "rows": list(zip(TOWNS, BAR["series"][0]["data"], strict=True)),
        },
    }
