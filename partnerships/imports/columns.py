"""The columns that the ledgers of all forms share; labels are those of their exports."""

from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.imports.ledger import Column
from core.imports.readers import amount, day, names, paragraph, text
from partnerships.forms import NAME_LENGTH
from partnerships.models import ContentKind

MOST_UNITS = 60
MOST_NAMES = 20
LONGEST_AIM = 500
SEVERAL = _("多个用顿号隔开。")


def nothing() -> None:
    return None


def unit_words(ledger, value):
    return ledger.unit_words(value)


def members_column(*, is_required: bool = True) -> Column:
    return Column(
        "members",
        _("成员单位"),
        names(MOST_UNITS, 100),
        aliases=(
            "结对单位",
            "结对对象",
            "结对主体",
            "带动单位",
            "参与单位",
            "参加单位",
            "共建单位",
            "对接单位",
            "成员",
        ),
        is_required=is_required,
        words=unit_words,
        hint=_("牵头单位以外的单位，多个用顿号隔开；每家都会收到征询。"),
        example="教育局、沙日塘村",
        width=34,
    )


def common_columns(form: str, *own: Column, members_required: bool = True) -> tuple[Column, ...]:
    """The columns of one form's ledger, with what it adds after the members."""
    return (
        Column(
            "name",
            _("项目名称"),
            text(NAME_LENGTH),
            aliases=("联创项目", "结对名称", "联动名称", "矩阵名称", "联盟名称", "名称"),
            is_free_text=True,
            hint=_("不填则按成员单位自动取名。"),
            width=30,
        ),
        Column(
            "lead",
            _("牵头单位"),
            text(100),
            aliases=("核心单位", "召集单位", "本旗牵头单位", "责任单位", "单位名称", "单位"),
            is_required=True,
            words=unit_words,
            example="大沁他拉镇",
            width=20,
        ),
        members_column(is_required=members_required),
        *own,
        Column(
            "starts_on",
            _("开始日期"),
            day,
            aliases=("开始时间", "起始时间", "结对时间", "成立时间", "起始日期"),
            is_required=True,
            example="2026-01-10",
            width=14,
        ),
        Column(
            "ends_on",
            _("结束日期"),
            day,
            blank=nothing,
            aliases=("结束时间", "截止时间", "到期时间"),
            hint=_("还没有商定不填。"),
            width=14,
        ),
        Column(
            "content_kinds",
            _("联创内容"),
            names(MOST_NAMES, 30),
            aliases=("共建内容", "结对内容", "联动内容", "内容", "联盟形式和领域"),
            is_required=True,
            words=lambda ledger, value: ledger.kind_words(value),
            hint=lazy(kinds_of, str)(form),
            width=24,
        ),
        Column(
            "aim",
            _("目标和做法"),
            paragraph(LONGEST_AIM),
            blank=str,
            aliases=("共建目标", "工作目标", "主要任务", "工作任务", "主要措施"),
            is_free_text=True,
            width=40,
        ),
        Column(
            "budget_asked",
            _("申请经费（元）"),
            amount(),
            blank=nothing,
            aliases=("申请经费", "经费预算（元）"),
            width=14,
        ),
        Column(
            "agreements",
            _("协议"),
            names(MOST_NAMES, 60),
            aliases=("共建协议", "协议编号", "协议文号", "协议编号或文号"),
            words=lambda _ledger, value: agreement_words(value),
            is_free_text=True,
            hint=_("编号或文号；只登记平台里还没有的，一行最多新登记一份。"),
            width=24,
        ),
        Column(
            "signed_on",
            _("签订日期"),
            day,
            aliases=("签订时间", "签约日期", "签约时间", "协议签订日期"),
            hint=_("新登记协议时填。"),
            width=14,
        ),
    )


def kinds_of(form: str) -> str:
    """A drop-down offers one at a time, and these are several to a cell."""
    known = ContentKind.objects.filter(form=form).values_list("name", flat=True)
    return gettext("可填：%s。多个用顿号隔开。") % "、".join(known)


def agreement_words(value: list[list[str]]) -> str:
    return "、".join(
        f"{number}（{signed_on}）" if signed_on else number for number, signed_on in value
    )


TEXTS = ("name", "aim")
# What the export shows and an import leaves to the project's own page.
COMPUTED = (
    _("形式"),
    _("状态"),
    _("同意单位"),
    _("待答复单位"),
    _("婉拒单位"),
    _("计划事项"),
    _("已完成事项"),
    _("已采用活动"),
    _("核定经费（元）"),
    _("所属片区协议"),
    _("提出时间"),
    _("启动时间"),
    _("结束或取消说明"),
)
