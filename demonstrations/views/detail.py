"""One title: where it stands, what comes next, and its history."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.access import requires
from core.pages import render_page
from core.templatetags.ui import cn_date, due_words
from demonstrations import permissions
from demonstrations.actions import editable_fields, missing_prerequisite
from demonstrations.models import Duty, Standing, Title, TitleDecision, TitleNotice, TitleStep
from demonstrations.views.decisions import decision_in_words, offered_kinds
from demonstrations.views.parts import label_of, title_tabs, visible_title
from demonstrations.views.steps import STEPS
from organisations.models import Organisation

Status = Title.Status
Kind = TitleDecision.Kind


@dataclass
class Next:
    """What to do now, in a sentence, and the buttons: the first is the main one."""

    text: str = ""
    tone: str = "info"
    main: list[dict[str, Any]] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)


@require_safe
@requires("title.view")
def title_detail(request: HttpRequest, pk: int) -> HttpResponse:
    title = visible_title(request, pk)
    user = request.user
    notice = title.notices.first()
    decision = title.decisions.open().select_related("proposed_by").first()
    sees_objections = permissions.can_see_objections(user)
    can_edit = permissions.can_edit_title(user, title)
    steps = list(
        title.steps.select_related("recorded_by", "decision__proposed_by", "former_holder")
    )
    context = {
        "title": title,
        "label": label_of(title),
        "tabs": title_tabs(user, ""),
        "facts": _facts(title, notice, steps),
        "next": _next(title, notice, decision, user, can_edit=can_edit),
        "decision": decision,
        "returned": _returned(title),
        "can_answer": decision is not None and permissions.can_answer_decision(user, decision),
        "history": _history(steps),
        "sees_objections": sees_objections,
        "objections": title.objections.for_list() if sees_objections else [],
        "can_edit": can_edit,
        "can_correct": can_edit and bool(editable_fields(title)),
    }
    return render_page(request, "demonstrations/title_detail.html", context)


def _facts(
    title: Title, notice: TitleNotice | None, steps: list[TitleStep]
) -> list[dict[str, Any]]:
    unit = title.organisation
    facts = [
        {"label": _("单位"), "value": unit.name, "url": _unit_url(unit)},
        *_taken_over(title, steps),
        {"label": _("级别"), "value": title.get_level_display()},
        {"label": _("类型"), "value": title.get_type_display()},
        {"label": _("批次"), "value": title.batch},
    ]
    if notice:
        url = reverse("demonstrations:notice_detail", args=[notice.pk])
        span = f"{notice.starts_on:%Y-%m-%d} 至 {notice.ends_on:%Y-%m-%d}"
        facts.append({"label": _("公示"), "value": span, "url": url})
    if title.is_given:
        facts += [
            {"label": _("命名机关"), "value": title.authority},
            {"label": _("命名文号"), "value": title.document_number},
            {"label": _("命名日期"), "value": f"{title.named_on:%Y-%m-%d}"},
            {"label": _("有效期至"), "value": _until(title)},
            {"label": _("带动 ≥1 家"), "value": title.get_duty_display() or _("不要求")},
        ]
    if title.rectify_due_on:
        due = f"{title.rectify_due_on:%Y-%m-%d}"
        facts.append(
            {"label": _("整改期限"), "value": due, "help": due_words(title.rectify_due_on)}
        )
    return facts


def _unit_url(unit: Organisation) -> str:
    return reverse("organisations:organisation_detail", args=[unit.pk])


def _taken_over(title: Title, steps: list[TitleStep]) -> list[dict[str, Any]]:
    """Who held it before, and who took it over on which day; the latest first."""
    facts, holder = [], title.organisation
    for step in steps:
        if step.former_holder is None:
            continue
        words = _("原%(old)s，%(day)s由%(new)s承接") % {
            "old": step.former_holder.short_name,
            "day": cn_date(step.done_on),
            "new": holder.short_name,
        }
        facts.append({"label": _("承接"), "value": words, "url": _unit_url(step.former_holder)})
        holder = step.former_holder
    return facts


def _until(title: Title) -> str:
    return f"{title.valid_until:%Y-%m-%d}" if title.valid_until else _("文件未写明")


def _next(
    title: Title,
    notice: TitleNotice | None,
    decision: TitleDecision | None,
    user: Any,
    *,
    can_edit: bool,
) -> Next:
    sees_inside = permissions.can_see_objections(user)
    if decision and sees_inside:
        mine = permissions.can_answer_decision(user, decision)
        text = decision_in_words(decision)
        return Next(text if mine else _("%s等待负责人审批。") % text, "warning")
    text, tone = _what_now(title, notice, sees_inside=sees_inside)
    if not can_edit:
        return Next(text, tone)
    return Next(text, tone, *_buttons(title, notice))


def _what_now(title: Title, notice: TitleNotice | None, *, sees_inside: bool) -> tuple[str, str]:
    """In words; what is objected and not yet decided is for the office and the leaders."""
    words = {
        Status.APPLIED: _("已申报，接下来由旗创建办初验。"),
        Status.CHECKED: _("初验通过，接下来公示。"),
        Status.REVIEWING: _("正在复核，示范仍然有效；有结果后续命、整改或撤销。"),
        Status.DROPPED: "",
        Status.WITHDRAWN: "",
    }
    if title.status == Status.CULTIVATING:
        missing = missing_prerequisite(title, timezone.localdate())
        if missing:
            return _("%s，条件具备后申报。") % missing, "warning"
        return _("申报条件已具备，可以申报。"), "info"
    if title.status == Status.NOTICED:
        if not sees_inside:
            return _("公示到%s结束。") % cn_date(notice.ends_on), "info"
        return _notice_in_words(title, notice)
    if title.status == Status.RECTIFYING:
        due = title.rectify_due_on
        until = _("，期限%(day)s（%(left)s）") % {"day": cn_date(due), "left": due_words(due)}
        return _("正在整改%s，查验合格后恢复有效。") % (until if due else ""), "warning"
    if title.status == Status.NAMED:
        return _named_in_words(title)
    return words[Status(title.status)], "info"


def _notice_in_words(title: Title, notice: TitleNotice) -> tuple[str, str]:
    objections = title.objections.filter(notice=notice)
    unanswered = objections.unanswered().count()
    if unanswered:
        return _("有 %d 条异议没有答复，答复后才能命名。") % unanswered, "warning"
    if objections.filter(outcome="upheld").exists():
        return _("有异议成立，不能命名，请停止申报。"), "danger"
    if not notice.is_over:
        return _("公示到%s结束，没有异议的可以提请命名。") % cn_date(notice.ends_on), "info"
    return _("公示已结束，没有未答复的异议，收到命名文件后提请命名。"), "info"


def _named_in_words(title: Title) -> tuple[str, str]:
    if title.standing == Standing.EXPIRED:
        return _("有效期到%s，已期满；复核后可续命。") % cn_date(title.valid_until), "warning"
    if title.standing == Standing.EXPIRING:
        words = _("有效期到%(day)s（%(left)s），请安排复核。")
        day = title.valid_until
        return words % {"day": cn_date(day), "left": due_words(day)}, "warning"
    if title.duty == Duty.UNMET:
        return _("市级及以上示范至少带动 1 家，这个单位还没有，可到联创项目里结对。"), "warning"
    return "", "info"


def _buttons(
    title: Title, notice: TitleNotice | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The main button, and the other ones."""
    steps = [_step(title, deed) for deed, step in STEPS.items() if title.status in step.begins]
    kinds = offered_kinds(title)
    if "authority" in editable_fields(title):
        # What may be corrected at once needs no decision.
        kinds = [kind for kind in kinds if kind != Kind.CORRECT]
    decisions = [_propose(title, kind) for kind in kinds]
    if title.status == Status.CHECKED:
        url = f"{reverse('demonstrations:notice_create')}?title={title.pk}"
        return [{"label": _("公示"), "url": url, "icon": "eye"}], steps
    if title.status == Status.NOTICED:
        return _notice_buttons(title, notice, steps, decisions)
    if title.status == Status.REVIEWING:
        return decisions[:1], steps + decisions[1:]
    if title.status == Status.NAMED and title.standing == Status.NAMED:
        # Nothing is due: no button stands out.
        return [], steps + decisions
    return steps[:1], steps[1:] + decisions


def _notice_buttons(
    title: Title,
    notice: TitleNotice,
    steps: list[dict[str, Any]],
    decisions: list[dict[str, Any]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    url = reverse("demonstrations:objection_create", args=[title.pk])
    objection = {"label": _("登记异议"), "url": url, "icon": "comment"}
    if notice.is_over:
        return decisions, [objection, *steps]
    return [objection], steps


def _step(title: Title, deed: str) -> dict[str, Any]:
    url = reverse(f"demonstrations:title_{deed}", args=[title.pk])
    return {"label": STEPS[deed].label, "url": url, "icon": STEPS[deed].icon}


def _propose(title: Title, kind: str) -> dict[str, Any]:
    url = reverse("demonstrations:decision_propose", args=[title.pk, kind])
    icons = {Kind.NAME: "medal", Kind.RENEW: "refresh", Kind.WITHDRAW: "ban", Kind.CORRECT: "edit"}
    return {"label": _("提请%s") % Kind(kind).label, "url": url, "icon": icons[Kind(kind)]}


def _returned(title: Title) -> str:
    """Why the last proposal came back, until another follows."""
    last = title.decisions.select_related("answered_by").first()
    if last is None or last.status != TitleDecision.Status.RETURNED:
        return ""
    return _("%(who)s退回了%(kind)s：%(reason)s") % {
        "who": last.answered_by.name,
        "kind": last.get_kind_display(),
        "reason": last.return_reason,
    }


def _history(steps: list[TitleStep]) -> list[dict[str, Any]]:
    return [
        {
            "on": step.done_on,
            "text": step.get_deed_display(),
            "by": _who(step),
            "detail": "；".join(filter(None, [step.document_number, step.place, step.remark])),
            "tone": TitleStep.DEED_TONES.get(step.deed, "info"),
        }
        for step in steps
    ]


def _who(step: TitleStep) -> str:
    name = step.recorded_by.name if step.recorded_by else ""
    if step.decision is None:
        return name
    return _("%(who)s提请，%(name)s审批") % {"who": step.decision.proposed_by.name, "name": name}
