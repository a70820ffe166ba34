"""The sheet 说明 of a scheme workbook: which words its columns take. Whoever reads one skips it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from assessment.metrics import METRICS
from assessment.rules import RULES, Role
from assessment.scheme_book.scheme import IMPORTED, MANUAL
from core.sheets import HEAD, NOTE, Book, Sheet

LEGEND = "说明"
Rows = Iterator[tuple[str, str, str, str]]
# One way to write the parameters of each kind; empty where it has none that must be given.
EXAMPLES = {
    "constant": "",
    "flag": "",
    "per_unit": "单价=2；封顶=10",
    "quota": "定额=4；每缺扣=2",
    "completion": "目标=12；最低=0.5",
    "threshold": "条件=≥；标准=90；未达=0",
    "deduct_each": "每次扣=3；扣完为止=是",
    "manual": "步长=0.5；评委数=5；去掉最高最低=是",
    "imported": "满分=100",
    "sliding": "标准=95；步长=1；每步扣=0.5；方向=越高越好",
    "versus_average": "步长=1；每步扣=1",
    "change": "基础=6；每增加=1；增加封顶=4；每减少扣=2；减少封顶=6",
    "rank": "名次分=1:60，2:57，3:54，其他:50；并列=同名次",
    "best_ratio": "方向=越高越好",
    "level_highest": "级别分=国家级:10，自治区级:8，市级:5",
    "level_sum": "级别分=自治区级:8，市级:4；定额=自治区级:1，市级:2；封顶=20",
    "graded": "等次分=优秀:1，好:0，一般:−0.5，差:−2",
    "bands": "阶梯=10:0.3，20:0.4，30:0.5；方式=整体",
    "checklist": "清单=制度:2，台账:1，阵地:2",
}

# With a condition, where the column takes one.
SOURCES = {"activities": "activities（主题活动=是）"}


def write_legend(book: Book) -> None:
    """Roles, data sources and rule kinds by their keys, each with its Chinese name."""
    sheet = book.sheet(LEGEND)
    sheet.widths((24, 18, 48, 52))
    sheet.put(1, 1, _("这张表只供查阅，导入时不读；“指标”表里写键或中文名称都认得。"), NOTE)
    row = 3
    for heads, rows in (
        ((_("角色"), _("中文名称"), _("含义"), _("写法示例")), _roles()),
        ((_("数据来源"), _("中文名称"), _("可写的条件"), _("写法示例")), _sources()),
        ((_("赋分办法"), _("中文名称"), _("参数"), _("写法示例")), _kinds()),
    ):
        row = _write_part(sheet, row, heads, rows)


def _write_part(sheet: Sheet, row: int, heads: tuple[str, ...], rows: Rows) -> int:
    """The row after the part and a blank one."""
    sheet.put_row(row, heads, HEAD)
    row += 1
    for cells in rows:
        sheet.put_row(row, cells)
        row += 1
    return row + 1


def _roles() -> Rows:
    meanings = {
        Role.BASE: (_("基础分"), _("计入总分；各基础分合计等于方案总分")),
        Role.BONUS: (_("加分"), _("在总分之外加，最多加到它的分值")),
        Role.DEDUCTION: (_("扣分"), _("在总分之外扣，最多扣到它的分值")),
    }
    for role in Role:
        yield (role.value, *meanings[role], role.value)


def _sources() -> Rows:
    yield MANUAL, _("人工评分"), "", MANUAL
    yield IMPORTED, _("导入数据"), "", IMPORTED
    for metric in METRICS.values():
        conditions = "；".join(str(known.label) for known in metric.filters.values())
        yield metric.key, str(metric.label), conditions, SOURCES.get(metric.key, metric.key)


def _kinds() -> Rows:
    for kind in RULES.values():
        needed = [one.key for one in kind.parameters() if one.required]
        free = [one.key for one in kind.parameters() if not one.required]
        told = _("必填：%s；") % "、".join(needed) if needed else ""
        told += _("可写：%s") % "、".join(free) if free else ""
        yield kind.kind, kind.label, told.rstrip("；"), EXAMPLES[kind.kind]
