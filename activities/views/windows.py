"""Collection windows: what is asked of whom, who has answered, and the answer itself."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import actions
from activities.exports import ANSWERS
from activities.filters import WAITING, AnswerFilter, WindowFilter
from activities.forms import AnswerForm, ReasonForm, WindowForm
from activities.models import CollectionWindow, WindowAnswer
from activities.permissions import can_answer_window, can_edit_window
from activities.views.tabs import activity_tabs, export_links
from activities.views.wording import history_of, reminder_of, window_now
from core.access import requires
from core.exports import export_list
from core.pages import paginate, perform, perform_form, render_page

FORM = "activities/window_form.html"


@require_safe
@requires("window.view")
def window_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    seen = CollectionWindow.objects.visible_to(user)
    chosen = WindowFilter(request.GET, seen.with_counts(user), user=user)
    tabs = activity_tabs(user, "activities:window_list")
    context = {
        "filter": chosen,
        "page": paginate(request, chosen.qs),
        "tabs": tabs,
        "owed_count": sum(tab["count"] or 0 for tab in tabs),
        "owed_url": f"{request.path}?state={WAITING}",
        "can_open": user.can("window.edit"),
        "is_filtered": any(request.GET.get(key) for key in ("q", "year", "state")),
    }
    return render_page(request, "activities/window_list.html", context, fragment="window-rows")


def _seen(request: HttpRequest, pk: int) -> CollectionWindow:
    return get_object_or_404(CollectionWindow.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
@requires("window.view")
def window_detail(request: HttpRequest, pk: int) -> HttpResponse:
    window, user = _seen(request, pk), request.user
    answers = WindowAnswer.objects.visible_to(user).filter(window=window)
    # Who has not answered stands first.
    rows = answers.for_list().order_by(
        F("answered_at").asc(nulls_first=True), "organisation__region__code"
    )
    chosen = AnswerFilter(request.GET, rows, user=user)
    page = paginate(request, chosen.qs)
    counts = answers.aggregate(
        asked=Count("pk"),
        pending=Count("pk", filter=Q(state=WindowAnswer.State.PENDING)),
        in_time=Count("pk", filter=Q(is_in_time=True)),
    )
    mine = _answerable(user, window, page)
    can_edit = can_edit_window(user, window)
    context = {
        "window": window,
        "filter": chosen,
        "page": page,
        "rows": [(answer, answer.pk in mine) for answer in page],
        "counts": counts,
        "exports": export_links("activities:window_export", pk),
        "answer_url": _only_answer(page, mine),
        "can_edit": can_edit,
        "can_remind": can_edit and counts["pending"] > 0,
        "reminder": reminder_of(window, answers) if can_edit and counts["pending"] else "",
        "what_now": window_now(window, counts["pending"], can_answer=bool(mine)),
        "history": history_of(window),
    }
    return render_page(request, "activities/window_detail.html", context, fragment="answer-rows")


def _answerable(user: Any, window: CollectionWindow, page: Any) -> set[int]:
    """Of the answers shown those that this user may still give, or give anew."""
    if not window.is_open or not user.can("window.answer"):
        return set()
    is_due = window.due_on < timezone.localdate()
    shown = [row.pk for row in page if not is_due or row.state == WindowAnswer.State.PENDING]
    mine = WindowAnswer.objects.answerable_by(user).filter(pk__in=shown)
    return set(mine.values_list("pk", flat=True))


def _only_answer(page: Any, mine: set[int]) -> str:
    """Where a unit that speaks for itself alone still has to answer."""
    owed = [row for row in page if row.pk in mine and row.state == WindowAnswer.State.PENDING]
    alone = page.paginator.count == 1 and owed
    return reverse("activities:window_answer", args=[owed[0].pk]) if alone else ""


@require_safe
@requires("window.view")
def window_export(request: HttpRequest, pk: int, extension: str) -> HttpResponse:
    """The answers of one window; which one is a condition like the others, and is told so."""
    window = _seen(request, pk)
    query = request.GET.copy()
    query["window"] = str(window.pk)
    request.GET = query
    back = reverse("activities:window_detail", args=[pk])
    return export_list(request, ANSWERS, extension, list_url=back)


@require_http_methods(["GET", "POST"])
@requires("window.edit")
def window_create(request: HttpRequest) -> HttpResponse:
    form = WindowForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        units = list(form.units())
        done = _("已发出，%d 家单位的首页会列出这一项。") % len(units)
        window = perform_form(
            request, form, actions.open_window, form.facts(), organisations=units, done=done
        )
        if window:
            return redirect("activities:window_detail", window.pk)
    cancel = reverse("activities:window_list")
    return render_page(request, FORM, {"form": form, "cancel_url": cancel})


@require_http_methods(["GET", "POST"])
@requires("window.edit")
def window_edit(request: HttpRequest, pk: int) -> HttpResponse:
    window = _open_one(request, pk)
    data = request.POST if request.method == "POST" else None
    form = WindowForm(data, user=request.user, window=window)
    back = reverse("activities:window_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        done = _("填报窗口已修改。")
        if perform_form(
            request, form, actions.change_window, window, facts=form.facts(), done=done
        ):
            return redirect(back)
    return render_page(request, FORM, {"form": form, "window": window, "cancel_url": back})


def _open_one(request: HttpRequest, pk: int) -> CollectionWindow:
    window = _seen(request, pk)
    if not can_edit_window(request.user, window):
        raise PermissionDenied(_("这次填报已关闭或已撤销，不能再改。"))
    return window


@require_POST
@requires("window.edit")
def window_remind(request: HttpRequest, pk: int) -> HttpResponse:
    window = _open_one(request, pk)
    done = _("已催办，没有答复的单位首页会标明；下面的文字可复制到工作群。")
    perform(request, actions.remind_window, window, done=done)
    return redirect("activities:window_detail", pk)


@require_http_methods(["GET", "POST"])
@requires("window.edit")
def window_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    window = _open_one(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    back = reverse("activities:window_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        done = _("已撤销，各单位不用再报，也不计入考核。")
        reason = form.cleaned_data["reason"]
        if perform_form(request, form, actions.cancel_window, window, reason=reason, done=done):
            return redirect(back)
    answered = window.answers.exclude(state=WindowAnswer.State.PENDING).count()
    facts = [{"figure": answered, "unit": _("家"), "label": _("已经答复")}]
    context = {"window": window, "form": form, "facts": facts, "cancel_url": back}
    return render_page(request, "activities/window_confirm_cancel.html", context)


@require_http_methods(["GET", "POST"])
@requires("window.answer")
def window_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one unit's answer; nothing is written by opening it."""
    seen = WindowAnswer.objects.visible_to(request.user).for_list()
    answer = get_object_or_404(seen, pk=pk)
    if not can_answer_window(request.user, answer):
        raise PermissionDenied(_("只有被问的单位能答复；没有账号的单位由旗创建办代为登记。"))
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(data, answer=answer)
    back = reverse("activities:window_detail", args=[answer.window_id])
    if request.method == "POST" and form.is_valid():
        facts = {"text": form.cleaned_data["text"], "begun_at": form.begun_at()}
        if perform_form(request, form, actions.answer_window, answer, done=_("已报送。"), **facts):
            return redirect(back)
    context = {"answer": answer, "window": answer.window, "form": form, "cancel_url": back}
    return render_page(request, "activities/answer_form.html", context)
