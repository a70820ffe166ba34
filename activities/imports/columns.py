"""The columns of the ledger of activities; labels are those of its export."""

from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.forms.report import LARGEST_NUMBER, LONGEST_TEXT
from core.imports.ledger import Column
from core.imports.readers import day, names, paragraph, text, whole_number, yes_no
from partnerships.models import ContentKind, JointTag

MOST_UNITS = 60
MOST_NAMES = 20
SEVERAL = _("多个用顿号隔开。")


def kinds() -> str:
    """A drop-down offers one at a time, and these are several to a cell."""
    known = dict.fromkeys(ContentKind.objects.values_list("name", flat=True))
    return gettext("可填：%s。多个用顿号隔开。") % "、".join(known)


def tags() -> str:
    known = JointTag.objects.values_list("name", flat=True)
    return gettext("可填：%s。多个用顿号隔开。") % "、".join(known)


def nothing() -> None:
    return None


COLUMNS = (
    Column(
        "title",
        _("活动名称"),
        text(80),
        aliases=("活动", "活动主题", "活动标题", "名称", "主题"),
        is_required=True,
        is_free_text=True,
        example="民族团结进步文艺汇演",
        width=32,
    ),
    Column(
        "starts_on",
        _("开始日期"),
        day,
        aliases=("活动时间", "活动日期", "开展时间", "开始时间", "日期", "时间", "举办时间"),
        is_required=True,
        example="2026-05-20",
        width=14,
    ),
    Column(
        "ends_on",
        _("结束日期"),
        day,
        blank=nothing,
        aliases=("结束时间", "截止日期"),
        hint=_("一天办完的不填。"),
        width=14,
    ),
    Column(
        "place",
        _("地点"),
        text(80),
        blank=str,
        aliases=("活动地点", "举办地点", "开展地点"),
        is_free_text=True,
        example="文化广场",
    ),
    Column(
        "reporter",
        _("报送单位"),
        text(100),
        aliases=("填报单位", "上报单位"),
        words=lambda ledger, value: ledger.unit_words(value),
        hint=_("本单位或代办的单位；不填按主办单位。"),
    ),
    Column(
        "host",
        _("主办单位"),
        text(100),
        aliases=("组织单位", "承办单位", "举办单位", "牵头单位", "开展单位", "主办方"),
        is_required=True,
        words=lambda ledger, value: ledger.unit_words(value),
        hint=_("不填按本单位。"),
        example="大沁他拉镇",
    ),
    Column(
        "joint_units",
        _("参加单位"),
        names(MOST_UNITS, 100),
        blank=list,
        aliases=(
            "参与单位",
            "联合单位",
            "协办单位",
            "共建单位",
            "结对单位",
            "联办单位",
            "合作单位",
        ),
        words=lambda ledger, value: ledger.unit_words(value),
        hint=_("多个用顿号隔开；不填按所属联创项目的成员。"),
        example="教育局、沙日塘村",
        width=32,
    ),
    Column(
        "partnerships",
        _("所属联创项目"),
        # A name may hold the very mark that parts names: see Known.whole_names.
        names(MOST_NAMES, 100, in_order=True),
        blank=list,
        aliases=("联创项目", "项目名称", "所属项目", "共建项目"),
        words=lambda ledger, value: ledger.project_words(value),
        hint=SEVERAL,
        width=32,
    ),
    Column(
        "content_kinds",
        _("联创内容"),
        names(MOST_NAMES, 30),
        blank=list,
        aliases=("活动类型", "活动类别", "内容类别"),
        words=lambda ledger, value: ledger.kind_words(value),
        hint=lazy(kinds, str)(),
        width=20,
    ),
    Column(
        "joint_tags",
        _("五联标签"),
        names(MOST_NAMES, 20),
        blank=list,
        aliases=("五联", "五联机制"),
        words=lambda ledger, value: ledger.tag_words(value),
        hint=lazy(tags, str)(),
        width=20,
    ),
    Column(
        "is_themed",
        _("主题活动"),
        yes_no,
        aliases=("是否主题活动", "民族团结进步主题活动"),
        options=lambda: [str(_("是")), str(_("否"))],
        width=9,
    ),
    Column(
        "head_count",
        _("参加人数"),
        whole_number(0, LARGEST_NUMBER),
        blank=nothing,
        aliases=("人数", "参与人数", "受众人数", "参加人次"),
        hint=_("只填一个数，不要名单。"),
        example=120,
        width=9,
    ),
    Column(
        "summary",
        _("活动概况"),
        paragraph(LONGEST_TEXT),
        blank=str,
        aliases=(
            "活动简介",
            "内容简介",
            "简介",
            "活动情况",
            "活动内容",
            "主要内容",
            "主要做法",
            "开展情况",
        ),
        is_free_text=True,
        width=48,
    ),
    Column(
        "outcome",
        _("实际成效"),
        paragraph(LONGEST_TEXT),
        blank=str,
        aliases=("活动成效", "成效", "取得成效", "效果", "活动效果"),
        is_free_text=True,
        width=48,
    ),
)
TEXTS = ("title", "place", "summary", "outcome")
# What the export shows and the platform works out itself.
COMPUTED = (
    _("已确认单位"),
    _("待确认单位"),
    _("未参加单位"),
    _("形式"),
    _("附件数"),
    _("状态"),
    _("报送时间"),
    _("审核时间"),
    _("质量等次"),
    _("难度系数"),
    _("退回原因"),
)
