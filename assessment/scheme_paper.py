"""The scheme as it is issued (GB/T 9704): what it is, grades, groups, reasons, and its table."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.models import Indicator, Scheme
from assessment.rules import Role, RuleRefused, show
from assessment.scoring import lint_formalism
from assessment.scoring.lint import ScoredThing
from assessment.specification import kind_label, measure_of, rule_of
from core.paper import Align, Appendix, Letter, Paragraph, Table, TableColumn, TableRow
from core.templatetags.ui import points
from organisations.models import Organisation, Region

SIGNS = {Role.BONUS: "＋", Role.DEDUCTION: "－"}


def scheme_letter(scheme: Scheme) -> Letter:
    """Signed by the drafting office on the day of publication, or of the draft."""
    office, appendices = scheme.created_by.main_organisation, _appendices(scheme)
    title = scheme.title if scheme.published_at else _("%s（草稿）") % scheme.title
    return Letter(
        title=title,
        number=scheme.document_number,
        mark=office.name if office and scheme.document_number else "",
        body=tuple(_body(scheme)),
        signer=office.name if office else scheme.region.short_name,
        signed_on=timezone.localdate(scheme.published_at or scheme.created_at),
        attachments=tuple(one.title for one in appendices),
        appendices=appendices,
    )


def _appendices(scheme: Scheme) -> tuple[Appendix, ...]:
    """The table, and the villages where there are any."""
    table, villages = _("考核指标表"), _villages(scheme)
    if villages is None:
        return (Appendix(_("附件"), table, tables=(_table(scheme),)),)
    return (
        Appendix(_("附件1"), table, tables=(_table(scheme),)),
        Appendix(_("附件2"), _("参加考核的嘎查村、社区"), tables=(villages,)),
    )


def _villages(scheme: Scheme) -> Table | None:
    columns = (TableColumn(_("苏木乡镇"), 16), TableColumn(_("嘎查村、社区"), 84))
    rows = tuple(map(TableRow, village_rows(scheme)))
    return Table(columns, rows) if rows else None


def _body(scheme: Scheme) -> Iterator[Paragraph]:
    yield Paragraph(_("一、总分和计分"), level=1)
    words = {
        "total": show(scheme.total),
        "decimals": scheme.decimals,
        "policy": scheme.get_not_applicable_display(),
        "year": scheme.year,
    }
    yield Paragraph(
        _(
            "%(year)s年度考核总分%(total)s分，各项得分四舍五入到小数点后%(decimals)s位。"
            "指标不适用于某单位的，%(policy)s。各项指标、分值和赋分办法见附件。"
        )
        % words
    )
    yield Paragraph(_("二、等次"), level=1)
    yield Paragraph(_grades(scheme))
    yield Paragraph(_("三、考核分组"), level=1)
    yield Paragraph(_("名次、均值和名额在组内计算。共分%d组：") % scheme.groups.count())
    for number, group in enumerate(scheme.groups.all(), 1):
        units = _unit_words([member.organisation for member in _members(group)])
        yield Paragraph(f"{number}.{group.name}：{units or _('暂无单位')}。")
    if reasons := list(_reasons(scheme)):
        yield Paragraph(_("四、保留提示项的理由"), level=1)
        yield from reasons


def _unit_words(units: Iterable[Organisation]) -> str:
    """The units by name, villages as so many of a township: their names fill an appendix."""
    plain, villages = _parted(units)
    words = _("%(township)s%(count)d家")
    counts = [
        words % {"township": township, "count": len(names)} for township, names in villages.items()
    ]
    named = ["、".join(plain)] if plain else []
    return "；".join([*named, "、".join(counts) + _("（名单见附件2）")] if counts else named)


def _parted(units: Iterable[Organisation]) -> tuple[list[str], dict[str, list[str]]]:
    """The names of the units, and those of villages by township."""
    plain: list[str] = []
    villages: dict[str, list[str]] = {}
    for unit in units:
        if unit.region.level == Region.Level.VILLAGE:
            villages.setdefault(str(unit.region.parent), []).append(unit.short_name)
        else:
            plain.append(str(unit))
    return plain, villages


def village_rows(scheme: Scheme) -> list[tuple[str, str]]:
    """Township and its assessed villages; one query for each group."""
    units = [member.organisation for group in scheme.groups.all() for member in _members(group)]
    _plain, villages = _parted(units)
    return [(township, "、".join(names)) for township, names in villages.items()]


def _members(group: Any) -> Any:
    return group.members.select_related("organisation__region__parent")


def _grades(scheme: Scheme) -> str:
    bands = "，".join(_bands(scheme.grade_bands))
    text = _("按总分定等次：%s。") % bands if bands else _("不定等次。")
    if scheme.excellent_ratio is not None:
        ratio = {"ratio": show(scheme.excellent_ratio * 100)}
        text += _("最高等次不超过本组单位数的%(ratio)s%%，向下取整。") % ratio
    veto = _("一票否决的，总分计零、定为末等；一票否优的，不得定为最高等次")
    if scheme.excellent_ratio is None:
        return text + veto + "。"
    frees = _("，名额由后面的单位递补。") if scheme.veto_frees_place else _("，名额不递补。")
    return text + veto + frees


def _bands(bands: Sequence[Sequence[str]]) -> Iterator[str]:
    """优秀90分以上，良好80分以上，不合格不足80分: the last is whatever is left."""
    for place, (name, lower) in enumerate(bands):
        words = {"name": name, "lower": lower, "above": bands[place - 1][1]}
        is_rest = place > 0 and Decimal(lower) == 0
        yield (_("%(name)s不足%(above)s分") if is_rest else _("%(name)s%(lower)s分以上")) % words


def _reasons(scheme: Scheme) -> Iterator[Paragraph]:
    """What the lint says of the table, and why the director kept it."""
    if not scheme.publish_reason:
        return
    leaves = scheme.indicators.exclude(rule_kind="")
    things = [ScoredThing(leaf.code, leaf.name, leaf.metric) for leaf in leaves]
    for warning in lint_formalism(things):
        yield Paragraph(f"{warning.message}。")
    yield Paragraph(_("保留理由：%s。") % scheme.publish_reason.rstrip("。"))


def _table(scheme: Scheme) -> Table:
    return Table(
        columns=(
            TableColumn(_("编码"), 9),
            TableColumn(_("指标"), 23),
            TableColumn(_("分值"), 8, Align.FIGURE),
            TableColumn(_("赋分办法"), 31),
            TableColumn(_("说明"), 29),
        ),
        rows=tuple(map(_line, _rows(scheme))),
    )


def _rows(scheme: Scheme) -> Iterator[Indicator]:
    """From the top down, each with what stands below it."""
    children: dict[int | None, list[Indicator]] = {}
    for row in scheme.indicators.select_related("department"):
        children.setdefault(row.parent_id, []).append(row)
    waiting = children.get(None, [])[::-1]
    while waiting:
        row = waiting.pop()
        yield row
        waiting += children.get(row.pk, [])[::-1]


def _line(row: Indicator) -> TableRow:
    worth = SIGNS.get(Role(row.role), "") + points(row.points)
    cells = (row.code, row.name, worth, _rule(row), "；".join(_notes(row)))
    return TableRow(cells, stands_out=not row.is_leaf)


def _rule(row: Indicator) -> str:
    try:
        rule = rule_of(row)
    except RuleRefused as refused:
        return str(refused)
    return rule.describe(row.points, measure_of(row), Role(row.role)) if rule else ""


def _notes(row: Indicator) -> Iterator[str]:
    if row.applies_to:
        yield _("适用：%s") % "、".join(map(kind_label, row.applies_to))
    if row.department:
        yield _("%s评分") % row.department.short_name
    if row.methods:
        yield row.methods
    if row.basis:
        yield row.basis
