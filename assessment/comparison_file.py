"""Two schemes beside each other as a workbook."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.scheme_book.compare import Comparison
from core.demo import is_demo
from core.sheets import Column, SheetMeta, write_table


def write_comparison(
    stream: BinaryIO, found: Comparison, labels: tuple[str, str], by: User
) -> None:
    """Two schemes beside each other, one row for every difference; the sums of branches below."""
    now = timezone.now()
    title = _("考核方案对照")
    told = _("%(old)s → %(new)s") % {"old": labels[0], "new": labels[1]}
    meta = SheetMeta(title, told, by.name, made_at=now, data_as_of=now, is_demo=is_demo())
    columns = (
        Column(_("差别")),
        Column(_("编码")),
        Column(_("指标")),
        Column(_("栏目")),
        Column(labels[0]),
        Column(labels[1]),
    )
    write_table(stream, meta, columns, comparison_rows(found))


def comparison_rows(found: Comparison) -> Iterator[tuple[Any, ...]]:
    """What is compared, code, name, column, before, after."""
    for change in found.settings:
        yield _("方案"), "", "", change.label, change.old, change.new
    for kind, rows in (
        (_("增加"), found.added),
        (_("删除"), found.removed),
        (_("改动"), found.changed),
    ):
        for row in rows:
            for change in row.fields:
                yield kind, row.code, row.name, change.label, change.old, change.new
    for move in found.moved:
        yield _("移动"), move.code, move.name, _("上级指标"), move.old, move.new
    if found.is_reordered:
        yield _("次序"), "", "", _("指标次序"), "", _("有变动")
    for veto in found.vetoes:
        yield _("否决"), "", "", veto.label, veto.old, veto.new
    for one in found.sums:
        yield _("合计"), one.code, one.name, _("下级合计"), one.old, one.new
