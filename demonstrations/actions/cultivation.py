"""From the cultivation pool to the first check: who is prepared, who applies, who passes."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.days import add_months
from core.errors import RuleError
from core.templatetags.ui import cn_date
from demonstrations.actions.checks import (
    check_after_last_step,
    check_day,
    demand_status,
    lock_title,
    take_step,
)
from demonstrations.models import Title, TitleRule, TitleStep
from organisations.models import Organisation

Deed = TitleStep.Deed


@transaction.atomic
def start_cultivation(
    organisation: Organisation,
    *,
    level: str,
    type: str,  # noqa: A002 - the model's own word
    done_on: date,
    by: User,
    batch: str = "",
    remark: str = "",
) -> Title:
    """Put a unit into the cultivation pool (培育库) for a title of this level and type."""
    check_day(done_on, organisation, "done_on", _("列入日期"))
    same = organisation.titles.filter(level=level, type=type)
    if same.underway().exists():
        raise RuleError(
            _("该单位同级同类的示范正在培育或申报，请在原来那条上办理。"), field="organisation"
        )
    if same.in_force_on(done_on).exists():
        raise RuleError(
            _("“%s”已有同级同类的现行示范，不必再列入培育库。") % organisation.short_name,
            field="organisation",
        )
    title = Title.objects.create(
        organisation=organisation,
        level=level,
        type=type,
        batch=batch,
        status=Title.Status.CULTIVATING,
    )
    _finish(title, Deed.CULTIVATED, "start_cultivation", done_on=done_on, remark=remark, by=by)
    return title


@transaction.atomic
def drop_title(title: Title, *, done_on: date, remark: str, by: User) -> Title:
    """Take a unit out of the cultivation pool, with the reason."""
    current = _begin(title, Title.Status.DROPPED, done_on)
    _become(current, Title.Status.DROPPED)
    _finish(current, Deed.DROPPED, "drop_title", done_on=done_on, remark=remark, by=by)
    return current


@transaction.atomic
def apply_for_title(
    title: Title,
    *,
    batch: str,
    done_on: date,
    by: User,
    document_number: str = "",
    remark: str = "",
) -> Title:
    """The unit applies in a batch (申报). RuleError names the title that must come first."""
    current = _begin(title, Title.Status.APPLIED, done_on)
    check_prerequisite(current, done_on)
    current.batch = batch
    _become(current, Title.Status.APPLIED)
    _finish(
        current,
        Deed.APPLIED,
        "apply_for_title",
        done_on=done_on,
        document_number=document_number,
        remark=remark,
        by=by,
    )
    return current


@transaction.atomic
def pass_first_check(
    title: Title, *, done_on: date, place: str, by: User, remark: str = ""
) -> Title:
    """The first check (初验) found what the application says."""
    current = _begin(title, Title.Status.CHECKED, done_on)
    _become(current, Title.Status.CHECKED)
    facts = {"done_on": done_on, "place": place, "remark": remark}
    _finish(current, Deed.CHECK_PASSED, "pass_first_check", by=by, **facts)
    return current


@transaction.atomic
def fail_first_check(title: Title, *, done_on: date, place: str, remark: str, by: User) -> Title:
    """Not yet: back to the cultivation pool, with what is missing."""
    current = _begin(title, Title.Status.CULTIVATING, done_on, now=(Title.Status.APPLIED,))
    if not remark.strip():
        raise RuleError(_("初验未通过的，请写明还差什么。"), field="remark")
    _become(current, Title.Status.CULTIVATING)
    facts = {"done_on": done_on, "place": place, "remark": remark}
    _finish(current, Deed.CHECK_FAILED, "fail_first_check", by=by, **facts)
    return current


def missing_prerequisite(title: Title, day: date) -> str:
    """What must come first and is not there on that day, in words; empty when all is."""
    rule = TitleRule.objects.of(title.level)
    if not rule.prerequisite:
        return ""
    level = Title.Level(rule.prerequisite).label
    held = title.organisation.titles.filter(level=rule.prerequisite).in_force_on(day)
    first = held.order_by("named_on").first()
    if first is None:
        return _("还没有现行有效的%(level)s示范") % {"level": level}
    ripe_on = add_months(first.named_on, 12 * rule.prerequisite_years)
    if day < ripe_on:
        return _("%(level)s示范须满 %(years)d 年，到%(day)s才满") % {
            "level": level,
            "years": rule.prerequisite_years,
            "day": cn_date(ripe_on),
        }
    return ""


def check_prerequisite(title: Title, day: date) -> None:
    missing = missing_prerequisite(title, day)
    if missing:
        raise RuleError(
            _("“%(unit)s”%(missing)s，不能申报%(level)s。")
            % {
                "unit": title.organisation.short_name,
                "missing": missing,
                "level": title.get_level_display(),
            },
            field="done_on",
        )


def _begin(title: Title, wanted: str, done_on: date, *, now: tuple[str, ...] = ()) -> Title:
    current = lock_title(title)
    demand_status(current, wanted, now=now)
    check_day(done_on, current.organisation, "done_on", _("日期"))
    check_after_last_step(current, done_on, "done_on", _("日期"))
    return current


def _become(title: Title, status: str) -> None:
    title.status = status
    title.save(update_fields=["status", "batch", "updated_at"])


def _finish(title: Title, deed: str, verb: str, *, by: User, **facts: object) -> None:
    take_step(title, deed, by, **facts)
    after = {"status": title.status, "batch": title.batch} | facts
    audit.record(f"demonstrations.{verb}", title, by=by, after=after)
