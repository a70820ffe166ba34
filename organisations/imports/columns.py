"""The columns of the register as a ledger; labels are those of its export."""

from django.utils.translation import gettext_lazy as _

from core.imports.ledger import Column
from core.imports.readers import day, names, one_of, text, whole_number, yes_no
from organisations.models import OrganisationTag, TradeSystem
from organisations.models.kinds import Kind
from organisations.models.region import CODE_LENGTH

MOST_NAMES = 20
SEVERAL = _("多个用顿号隔开。")
TAGS_ONLY = _("多个用顿号隔开，只用平台里已有的标签。")


def kinds() -> dict[str, str]:
    return {str(label): value for value, label in Kind.choices}


def trade_systems() -> dict[str, int]:
    return dict(TradeSystem.objects.values_list("name", "pk"))


def nothing() -> None:
    return None


def tags() -> list[str]:
    return list(OrganisationTag.objects.values_list("name", flat=True))


COLUMNS = (
    Column(
        "name",
        _("全称"),
        text(100),
        aliases=(
            "单位名称",
            "单位全称",
            "名称",
            "单位",
            "创建主体",
            "村（社区）",
            "嘎查村（社区）",
            "嘎查村名称",
            "机构名称",
        ),
        is_required=True,
        is_free_text=True,
        example="沙日塘村委会",
        width=30,
    ),
    Column("short_name", _("简称"), text(40), aliases=("单位简称",), is_free_text=True),
    Column(
        "former_names",
        _("曾用名"),
        names(MOST_NAMES, 100),
        blank=list,
        aliases=("原名", "原名称", "曾用名称"),
        is_free_text=True,
        hint=SEVERAL,
        width=24,
    ),
    Column(
        "other_names",
        _("其他写法"),
        names(MOST_NAMES, 100),
        blank=list,
        aliases=("别名", "其他名称"),
        is_free_text=True,
        hint=SEVERAL,
        width=24,
    ),
    Column(
        "kind",
        _("类型"),
        one_of(kinds),
        aliases=("单位类型", "单位性质", "类别", "单位类别", "性质"),
        is_required=True,
        options=lambda: list(kinds()),
        words=lambda _ledger, value: str(Kind(value).label) if value else "",
        example="嘎查村",
        width=12,
    ),
    Column(
        "place",
        _("所在苏木乡镇或市"),
        text(40),
        aliases=("苏木乡镇", "乡镇", "所属乡镇", "所在乡镇", "苏木乡镇（街道）", "乡镇街道"),
        hint=_("嘎查村、社区填所属的苏木乡镇、街道或农场；旗外单位填所在的市。"),
        example="大沁他拉镇",
        width=16,
    ),
    Column(
        "code",
        _("区划代码"),
        text(CODE_LENGTH),
        aliases=("行政区划代码", "区划编码"),
        hint=_("12 位；不填按所在苏木乡镇。"),
        width=15,
    ),
    Column(
        "superior",
        _("上级单位"),
        text(100),
        blank=nothing,
        aliases=("主管单位", "主管部门", "上级主管单位"),
        hint=_("嘎查村、社区不填按所在苏木乡镇。"),
        words=lambda ledger, value: ledger.unit_words(value),
    ),
    Column(
        "trade_system",
        _("行业系统"),
        one_of(trade_systems),
        blank=nothing,
        aliases=("所属系统", "系统", "所属行业系统", "行业", "所属行业", "行业类别"),
        options=lambda: list(trade_systems()),
        words=lambda ledger, value: ledger.systems.get(value, ""),
        width=12,
    ),
    Column(
        "valid_from",
        _("成立或启用日期"),
        day,
        blank=nothing,
        aliases=("成立日期", "启用日期", "成立时间", "设立日期"),
        width=14,
    ),
    Column(
        "valid_until",
        _("撤并或停用日期"),
        day,
        aliases=("撤并日期", "停用日期", "撤销日期"),
        hint=_("只用于补录已经撤并的单位。"),
        width=14,
    ),
    Column(
        "capacity",
        _("带动能力"),
        whole_number(0, 999),
        aliases=("可结对数", "还能结对"),
        hint=_("还能与几家单位结对。"),
        example=2,
        width=9,
    ),
    Column(
        "is_willing",
        _("愿意结对"),
        yes_no,
        aliases=("结对意愿", "是否愿意结对"),
        options=lambda: [str(_("是")), str(_("否"))],
        example="是",
        width=9,
    ),
    Column(
        "offers",
        _("可提供"),
        names(MOST_NAMES, 30),
        blank=list,
        aliases=("可提供资源", "可提供的资源"),
        hint=TAGS_ONLY,
        width=22,
    ),
    Column(
        "needs",
        _("有需求"),
        names(MOST_NAMES, 30),
        blank=list,
        aliases=("需求", "资源需求"),
        hint=TAGS_ONLY,
        width=22,
    ),
)
# What the export shows and the platform works out itself.
COMPUTED = (_("所在区划"), _("旗外单位"), _("实施中的联创项目"), _("现行示范命名"), _("核实"))
