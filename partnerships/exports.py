"""The ledgers (台账): one of all forms, and one of each with what it adds."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exports import ListExport, register
from core.sheets import Column
from partnerships.filters import select_partnerships, year_of
from partnerships.models import Form, Member, Partnership
from partnerships.models.partnership import CHILD

Cells = Sequence[Any]

COMMON = (
    Column(_("项目名称"), width=30),
    Column(_("形式"), width=12),
    Column(_("状态"), width=9),
    Column(_("牵头单位"), width=20),
    Column(_("同意单位"), width=34),
    Column(_("待答复单位"), width=24),
    Column(_("婉拒单位"), width=20),
    Column(_("开始日期"), "date"),
    Column(_("结束日期"), "date"),
    Column(_("联创内容"), width=24),
    Column(_("目标和做法"), width=40),
    Column(_("协议"), width=24),
    Column(_("计划事项"), "integer", 9, total=True),
    Column(_("已完成事项"), "integer", 9, total=True),
    Column(_("已采用活动"), "integer", 9, total=True),
    Column(_("申请经费（元）"), "money", total=True),
    Column(_("核定经费（元）"), "money", total=True),
    Column(_("所属片区协议"), width=24),
    Column(_("提出时间"), "datetime"),
    Column(_("启动时间"), "datetime"),
    Column(_("结束或取消说明"), width=30),
)


def child_model(form: str) -> type[Partnership]:
    return Partnership._meta.get_field(CHILD[Form(form)]).related_model


def own_columns(form: str) -> tuple[Column, ...]:
    """What the form adds, in the words of its own fields."""
    model = child_model(form)
    names = (*model.FACT_FIELDS, *model.LEDGER_FIELDS)
    return tuple(Column(model.label_of(name), width=18) for name in names)


def select_for_ledger(user: Any, query: Any) -> Any:
    """The list's rows with everything that a ledger says about them: a fixed number of queries."""
    chosen = select_partnerships(user, query)
    chosen.queryset = (
        chosen.queryset.for_list()
        .with_details()
        .select_related("parent")
        .prefetch_related("agreements", "milestones")
        .as_named_in(year_of(chosen))
    )
    return chosen


def ledger_row(row: Partnership) -> list[Any]:
    milestones = row.milestones.all()
    return [
        row.name,
        row.get_form_display(),
        row.get_status_display(),
        row.lead_label,
        _joined(
            member.unit_label for member in row.members.all() if member.took_part_on(row.names_day)
        ),
        _units(row, Member.Consent.PENDING),
        _units(row, Member.Consent.DECLINED),
        row.starts_on,
        row.ends_on,
        _joined(row.content_kinds.all()),
        row.aim,
        _joined(row.agreements.all()),
        len(milestones),
        sum(step.done_on is not None for step in milestones),
        row.activity_count,
        row.budget_asked,
        row.budget_granted,
        row.parent and row.parent.name,
        row.proposed_at,
        row.decided_at,
        row.closing_note,
    ]


def own_row(row: Partnership) -> list[Any]:
    child = row.details
    names = (*child.FACT_FIELDS, *child.LEDGER_FIELDS)
    return [*ledger_row(row), *(child.words_of(name) for name in names)]


def _units(row: Partnership, consent: str) -> str:
    return _joined(member.unit_label for member in row.members.all() if member.consent == consent)


def _joined(rows: Iterable[Any]) -> str:
    return "、".join(map(str, rows))


def _select_form(form: str) -> Callable[[Any, Any], Any]:
    """A ledger of one form keeps to it, whatever the query says."""

    def select(user: Any, query: Any) -> Any:
        asked = query.copy()
        asked["form"] = form
        return select_for_ledger(user, asked)

    return select


ALL_FORMS = register(
    ListExport(
        key="partnerships.partnership_list",
        title=_("联创项目台账"),
        columns=COMMON,
        select=select_for_ledger,
        as_row=ledger_row,
    )
)


def ledger_of(form: str) -> ListExport:
    """The ledger of one form; all forms' where the query names none."""
    return LEDGERS.get(form, ALL_FORMS)


LEDGERS = {
    form.value: register(
        ListExport(
            key=f"partnerships.{form.value}_list",
            title=_("%s台账") % form.label,
            columns=(*COMMON, *own_columns(form)),
            select=_select_form(form.value),
            as_row=own_row,
        )
    )
    for form in Form
}
