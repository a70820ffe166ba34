"""What every deed on a title or site looks at first, and how each is written down."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleError
from core.models import AuditRecord
from core.templatetags.ui import cn_date
from demonstrations.models import Title, TitleDecision, TitleStep
from organisations.models import Organisation

# By these words the county creation office is known in documents.
OFFICE_NAMES = ("创建办", "创建工作领导小组办公室", "创建领导小组办公室")


def lock_title(title: Title) -> Title:
    """The row as it stands now, held until the deed is done."""
    return Title.objects.select_for_update().get(pk=title.pk)


def demand_status(title: Title, wanted: str, *, now: tuple[str, ...] = ()) -> None:
    """That the table of transitions leads from here to there.

    `now` names where it must begin when several statuses lead to the same.
    """
    if not title.can_become(wanted) or (now and title.status not in now):
        raise RuleError(
            _("这个示范现在是“%s”，不能这样办理；可能刚有人办过，请刷新页面看最新情况。")
            % title.get_status_display()
        )


def demand_no_open_decision(title: Title) -> None:
    waiting = title.decisions.open().first()
    if waiting:
        raise RuleError(
            _("已提请%s，正等负责人审批；审批或退回后再办。") % waiting.get_kind_display()
        )


def check_authority(level: str, authority: str) -> None:
    words = "".join(authority.split())
    if level == Title.Level.COUNTY and any(name in words for name in OFFICE_NAMES):
        raise RuleError(
            _("旗创建办不是旗级示范的命名机关，请填作出命名决定的机关，如旗委、旗人民政府。"),
            field="authority",
        )


def check_day(
    day: date, organisation: Organisation, field: str, label: str, *, may_come: bool = False
) -> None:
    """A day on which the organisation existed, and not one to come unless it may be."""
    if day > timezone.localdate() and not may_come:
        raise RuleError(_("%s在今天之后，请核对。") % label, field=field)
    if organisation.valid_from and day < organisation.valid_from:
        raise RuleError(
            _("“%(name)s”自%(from)s启用，%(label)s不能早于这一天。")
            % {
                "name": organisation.short_name,
                "from": cn_date(organisation.valid_from),
                "label": label,
            },
            field=field,
        )


def first_holder(title: Title) -> Organisation:
    """Who held it before anybody took it over: early days may lie before the successor's first."""
    first = TitleStep.objects.filter(title=title.pk, former_holder__isnull=False).last()
    return first.former_holder if first else title.organisation


def check_after_last_step(title: Title, day: date, field: str, label: str) -> None:
    """Steps do not go backwards in time; a notice still to begin holds nothing up."""
    last = title.steps.order_by("-done_on", "-pk").first()
    if last and day < min(last.done_on, timezone.localdate()):
        raise RuleError(
            _("%(label)s不能早于上一步“%(step)s”的日期%(day)s。")
            % {"label": label, "step": last.get_deed_display(), "day": cn_date(last.done_on)},
            field=field,
        )


def take_step(
    title: Title,
    deed: str,
    by: User,
    *,
    done_on: date,
    document_number: str = "",
    place: str = "",
    remark: str = "",
    decision: TitleDecision | None = None,
    former_holder: Organisation | None = None,
) -> TitleStep:
    """Write the step into the title's history; its status is what the title has become."""
    return TitleStep.objects.create(
        title=title,
        deed=deed,
        status=title.status,
        done_on=done_on,
        document_number=document_number,
        place=place,
        remark=remark,
        decision=decision,
        former_holder=former_holder,
        recorded_by=by,
    )


def refuse_stale(current: models.Model, seen_at: datetime | None) -> None:
    """When somebody saved since the user's form was made, the user is told who."""
    if seen_at is None or current.updated_at == seen_at:
        return
    latest = AuditRecord.objects.filter(
        subject_type=current._meta.label,
        subject_id=str(current.pk),
        outcome=AuditRecord.Outcome.SUCCESS,
    ).first()
    raise RuleError(
        _("填写期间%(who)s已改过这一条（%(what)s）。核对后再次保存，以本次填写的为准。")
        % {
            "who": latest.by_name if latest and latest.by_name else _("他人"),
            "what": (_changes_in_words(current, latest) if latest else "") or _("其他信息"),
        }
    )


def _changes_in_words(row: models.Model, record: AuditRecord) -> str:
    """批次：第八批 → 第九批；…"""
    labels = {field.name: field.verbose_name for field in row._meta.fields}
    return "；".join(
        _("%(label)s：%(old)s → %(new)s")
        % {"label": label, "old": record.before[name] or "—", "new": record.after[name] or "—"}
        for name, label in labels.items()
        if name in record.before and name in record.after
    )


def record_changes(verb: str, row: models.Model, before: dict[str, Any], by: User) -> None:
    after = audit.snapshot(row, list(before))
    changed = [key for key in after if after[key] != before[key]]
    if changed:
        audit.record(
            verb,
            row,
            by=by,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
