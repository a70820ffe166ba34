"""The steps of a title that the staff record, one small form each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core.access import requires
from core.pages import perform_form
from demonstrations import actions, permissions
from demonstrations.forms import (
    ApplyForm,
    DropForm,
    FirstCheckForm,
    PassReviewForm,
    RectifiedForm,
    RectifyForm,
    ReviewForm,
    StopForm,
)
from demonstrations.models import Duty, Title
from demonstrations.views.parts import deed_page, posted, title_url, visible_title

Status = Title.Status


def first_check(title: Title, *, result: str, **facts: Any) -> Title:
    """The form asks for the result; each result is a deed of its own."""
    deed = actions.pass_first_check if result == "pass" else actions.fail_first_check
    return deed(title, **facts)


@dataclass(frozen=True)
class Step:
    """How a step is asked for: from which statuses, with which words, form and action."""

    begins: tuple[str, ...]
    form: type[forms.Form]
    action: Callable[..., Any]
    label: Any
    icon: str
    text: Any
    done: Any
    tone: str = "primary"


# In the order in which a page offers them; the first of a status is its main button.
STEPS = {
    "apply": Step(
        (Status.CULTIVATING,),
        ApplyForm,
        actions.apply_for_title,
        gettext_lazy("申报"),
        "send",
        gettext_lazy("登记后等待初验。"),
        gettext_lazy("已登记申报，接下来初验。"),
    ),
    "check": Step(
        (Status.APPLIED,),
        FirstCheckForm,
        first_check,
        gettext_lazy("初验"),
        "check",
        gettext_lazy("通过的接着公示，未通过的退回培育库。"),
        gettext_lazy("已登记初验。"),
    ),
    "review": Step(
        (Status.NAMED,),
        ReviewForm,
        actions.start_review,
        gettext_lazy("开始复核"),
        "search",
        gettext_lazy("复核期间示范仍然有效；复核后续命、整改或撤销。"),
        gettext_lazy("已开始复核，有结果后再来登记。"),
    ),
    "pass_review": Step(
        (Status.REVIEWING,),
        PassReviewForm,
        actions.pass_review,
        gettext_lazy("复核合格"),
        "check",
        gettext_lazy("有效期不变；要延长有效期的，请办“续命”。"),
        gettext_lazy("已登记复核合格，有效期不变。"),
    ),
    "rectify": Step(
        (Status.REVIEWING,),
        RectifyForm,
        actions.demand_rectification,
        gettext_lazy("限期整改"),
        "alert",
        gettext_lazy("整改期间示范不算现行有效，查验合格后恢复。"),
        gettext_lazy("已登记限期整改，到期查验。"),
    ),
    "rectified": Step(
        (Status.RECTIFYING,),
        RectifiedForm,
        actions.pass_rectification,
        gettext_lazy("整改合格"),
        "check",
        gettext_lazy("查验合格后恢复为已命名，有效期不变。"),
        gettext_lazy("已登记整改合格，示范恢复有效。"),
    ),
    "stop": Step(
        (Status.CHECKED, Status.NOTICED),
        StopForm,
        actions.stop_application,
        gettext_lazy("停止申报"),
        "undo",
        gettext_lazy("退回培育库，以后可再申报；公示和异议的记录都保留。"),
        gettext_lazy("已停止申报，退回培育库。"),
        "danger",
    ),
    "drop": Step(
        (Status.CULTIVATING,),
        DropForm,
        actions.drop_title,
        gettext_lazy("移出培育库"),
        "ban",
        gettext_lazy("移出后不再培育，记录保留；以后可重新列入。"),
        gettext_lazy("已移出培育库。"),
        "danger",
    ),
}


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def title_step(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    title = visible_title(request, pk, permissions.can_edit_title)
    step = STEPS[deed]
    if title.status not in step.begins:
        told = _("这个示范现在是“%(now)s”，不能办理“%(deed)s”，没有改动。")
        messages.warning(request, told % {"now": title.get_status_display(), "deed": step.label})
        return redirect(title_url(title))
    form = step.form(posted(request), title=title, user=request.user)
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        if perform_form(request, form, step.action, title, done=str(step.done), **facts):
            return redirect(title_url(title))
    return deed_page(
        request,
        title,
        form,
        heading=str(step.label),
        text=str(step.text),
        warning=duty_warning(title) if deed in ("review", "pass_review") else "",
        confirm_label=str(step.label),
        confirm_tone=step.tone,
    )


def duty_warning(title: Title) -> str:
    """A re-check asks whether the holder has brought anybody along."""
    if title.duty != Duty.UNMET:
        return ""
    return _("“%s”还没有带动 1 家，复核时请一并核实。") % title.organisation.short_name
