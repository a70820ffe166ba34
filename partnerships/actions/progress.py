"""From proposed to active to concluded, or cancelled: the one door is `_move`."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleError
from core.templatetags.ui import cn_date, cn_datetime, money
from partnerships.models import Member, Partnership
from partnerships.permissions import wrote_partnership


def locked(partnership: Partnership) -> Partnership:
    """The stored row, held until the transaction ends; a child row gives its partnership."""
    # Nothing is joined: PostgreSQL reads only the locked row anew when it had to wait for it.
    return Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)


@transaction.atomic
def start_partnership(partnership: Partnership, *, by: Any) -> Partnership:
    """Start what the lead and at least one other member have agreed to.

    Members that have not answered stay asked. Raises RuleError when consents are missing or when
    somebody else was quicker.
    """
    row = locked(partnership)
    _demand(row, Partnership.Status.ACTIVE)
    _demand_consents(row)
    row.decided_at, row.decided_by = timezone.now(), by
    return _move(row, Partnership.Status.ACTIVE, by, ["decided_at", "decided_by"])


@transaction.atomic
def conclude_partnership(
    partnership: Partnership, *, ended_on: date, note: str, by: Any
) -> Partnership:
    """End a finished partnership on a day between its start and today."""
    row = locked(partnership)
    _demand(row, Partnership.Status.CONCLUDED)
    if ended_on > timezone.localdate():
        raise RuleError(_("结束日期晚于今天，请填写实际结束的日期。"), field="ended_on")
    if ended_on < row.starts_on:
        raise RuleError(
            _("结束日期早于开始日期%s，请核对。") % cn_date(row.starts_on), field="ended_on"
        )
    row.ends_on, row.closing_note = ended_on, note
    return _move(row, Partnership.Status.CONCLUDED, by, ["ends_on", "closing_note"])


@transaction.atomic
def cancel_partnership(partnership: Partnership, *, note: str, by: Any) -> Partnership:
    """Give a partnership up, with the reason; it no longer counts anywhere."""
    row = locked(partnership)
    _demand(row, Partnership.Status.CANCELLED)
    row.closing_note = note
    return _move(row, Partnership.Status.CANCELLED, by, ["closing_note"])


@transaction.atomic
def grant_budget(partnership: Partnership, *, amount: Decimal, by: Any) -> Partnership:
    """Write down the sum granted, at most what was asked, by another than who asked."""
    row = locked(partnership)
    if not row.is_open or row.budget_asked is None:
        raise RuleError(_("项目没有申请经费或已经结束，不能核定经费。"))
    if wrote_partnership(by, row):
        raise RuleError(_("提出或修改过项目的人不能核定它的经费，请由另一位工作人员核定。"))
    if amount > row.budget_asked:
        raise RuleError(
            _("核定金额超过申请的 %s 元，请改小。") % money(row.budget_asked), field="amount"
        )
    before = {"budget_granted": row.budget_granted}
    row.budget_granted = amount
    row.save(update_fields=["budget_granted"])
    after = {"budget_granted": amount}
    audit.record(
        "partnerships.grant_budget", row, by=by, before=before, after=after, is_decision=True
    )
    return row


def _demand(row: Partnership, status: str) -> None:
    """Say who was quicker, or why this step is not the next one."""
    if row.can_become(status):
        return
    if status == Partnership.Status.ACTIVE and row.decided_by:
        raise RuleError(
            _("这个项目已由%(by)s于%(at)s启动，不必再次启动。")
            % {"by": row.decided_by.name, "at": cn_datetime(row.decided_at)}
        )
    raise RuleError(
        _("这个项目现在是“%(now)s”，不能改为“%(then)s”，请刷新页面查看最新情况。")
        % {"now": row.get_status_display(), "then": Partnership.Status(status).label}
    )


def _demand_consents(row: Partnership) -> None:
    agreed = set(
        row.members.filter(consent=Member.Consent.AGREED).values_list("organisation_id", flat=True)
    )
    if row.lead_id not in agreed:
        raise RuleError(_("牵头单位%s还没有同意，请等它答复后再启动。") % row.lead)
    if len(agreed) < 2 and not row.details.is_agreed_in_writing():
        raise RuleError(_("除牵头单位外还没有单位同意，请至少等一家答复或先登记协议后再启动。"))


def _move(row: Partnership, status: str, by: Any, fields: list[str]) -> Partnership:
    before = {"status": row.status}
    row.status = status
    row.save(update_fields=["status", *fields])
    after = audit.snapshot(row, ["status", "ends_on", "closing_note"])
    verbs = {
        Partnership.Status.ACTIVE: "partnerships.start_partnership",
        Partnership.Status.CONCLUDED: "partnerships.conclude_partnership",
        Partnership.Status.CANCELLED: "partnerships.cancel_partnership",
    }
    audit.record(verbs[status], row, by=by, before=before, after=after)
    return row
