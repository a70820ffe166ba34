"""The reward plan as a workbook: live sums, and the total in capital numerals."""

from decimal import Decimal
from io import BytesIO

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.demo import is_demo
from core.money import capital_numerals
from core.sheets import HEAD, INTEGER, MONEY, POINTS, TEXT, Book, Sheet, SheetMeta, sum_of
from rewards.models import RewardPlan

WIDTHS = (6, 34, 10, 14, 16, 52)


def plan_workbook(plan: RewardPlan, *, by: User) -> bytes:
    """The plan with every allocation; the sum is a formula, the numerals stand below it."""
    meta = SheetMeta(
        title=plan.title,
        filter_text=_("{method}，资金总额 {pool} 元").format(
            method=plan.get_method_display(), pool=f"{plan.pool:,.2f}"
        ),
        made_by=by.name,
        made_at=timezone.now(),
        data_as_of=plan.run.data_as_of,
        is_demo=is_demo(),
    )
    stream = BytesIO()
    with Book(stream, meta) as book:
        sheet = book.sheet(_("奖补方案"))
        sheet.widths(WIDTHS)
        _put_allocations(sheet, plan)
    return stream.getvalue()


def _put_allocations(sheet: Sheet, plan: RewardPlan) -> None:
    head = sheet.put_heading(len(WIDTHS))
    titles = (_("序号"), _("单位"), _("档次"), _("考核得分"), _("金额（元）"), _("计算说明"))
    sheet.put_row(head, titles, HEAD)
    sheet.freeze(head + 1)
    sheet.print_titles(head, head)
    row = head
    total = Decimal(0)
    for number, allocation in enumerate(plan.allocations.for_list(), 1):
        row = head + number
        total += allocation.amount
        sheet.put(row, 1, number, INTEGER)
        sheet.put(row, 2, allocation.unit_label, TEXT)
        sheet.put(row, 3, allocation.tier.name if allocation.tier else "", TEXT)
        sheet.put(row, 4, allocation.total, POINTS)
        sheet.put(row, 5, allocation.amount, MONEY)
        sheet.put(row, 6, allocation.explanation, TEXT)
    if row == head:
        return
    sheet.put(row + 1, 2, _("合计"), HEAD)
    sheet.put(row + 1, 5, sum_of(5, head + 1, row, total), MONEY)
    sheet.put(row + 2, 2, _("大写金额"), HEAD)
    sheet.merge(row + 2, 3, row + 2, 6, capital_numerals(total), TEXT)
    sheet.put(row + 3, 2, _("结余（元）"), HEAD)
    sheet.put(row + 3, 5, plan.pool - total, MONEY)
