"""Public notices: begun for a batch, as a paper, with objections and their answers."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import requires
from core.days import calendar_caution, caution_ahead
from core.file_names import safe_file_name
from core.pages import file_response, paginate, perform_form, render_page
from core.templatetags.ui import cn_date
from demonstrations import permissions
from demonstrations.actions import answer_objection, raise_objection, start_notice
from demonstrations.forms import AnswerForm, NoticeForm, ObjectionForm
from demonstrations.models import NoticeEntry, Title, TitleNotice, TitleObjection, TitleRule
from demonstrations.papers import notice_paper as paper_of
from demonstrations.views.parts import (
    NOTICE_PAGE,
    TITLE_PAGE,
    deed_page,
    posted,
    title_tabs,
    title_url,
    visible_title,
)
from organisations.views.tabs import register_tabs


@require_safe
@requires("title.view")
def notice_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    can_edit = permissions.can_create_title(user)
    context = {
        "page": paginate(request, TitleNotice.objects.visible_to(user).for_list()),
        "register_tabs": register_tabs(user, TITLE_PAGE),
        "tabs": title_tabs(user, NOTICE_PAGE),
        "sees_objections": permissions.can_see_objections(user),
        "waiting_count": _waiting(user).count() if can_edit else 0,
        "can_edit": can_edit,
    }
    return render_page(request, "demonstrations/notice_list.html", context)


@require_safe
@requires("title.view")
def notice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    notice = _visible(request, pk)
    user = request.user
    sees_objections = permissions.can_see_objections(user)
    can_edit = permissions.can_create_title(user)
    visible = Title.objects.visible_to(user)
    entries = list(notice.entries.select_related("title"))
    context = {
        "notice": notice,
        "rows": entries,
        "open_to": set(visible.filter(notices=notice).values_list("pk", flat=True)),
        "facts": _facts(notice),
        "sees_objections": sees_objections,
        "objections": _objections(notice, entries, visible) if sees_objections else [],
        "can_edit": can_edit,
        "caution": calendar_caution(notice.starts_on, notice.ends_on)
        if can_edit and not notice.is_over
        else "",
    }
    return render_page(request, "demonstrations/notice_detail.html", context)


def _objections(
    notice: TitleNotice, entries: list[NoticeEntry], visible: QuerySet[Title]
) -> list[TitleObjection]:
    """Each with the unit that it is about, as it was published."""
    published = {entry.title_id: entry.label for entry in entries}
    objections = list(notice.objections.filter(title__in=visible).for_list())
    for objection in objections:
        objection.about = published[objection.title_id]
    return objections


def _facts(notice: TitleNotice) -> list[dict[str, Any]]:
    span = _("%(from)s至%(until)s") % {
        "from": cn_date(notice.starts_on),
        "until": cn_date(notice.ends_on),
    }
    return [
        {"label": _("级别"), "value": notice.get_level_display()},
        {"label": _("批次"), "value": notice.batch},
        {"label": _("公示时间"), "value": span},
        {"label": _("工作日"), "value": _("%d 个") % notice.working_days},
        {"label": _("登记人"), "value": notice.created_by.name},
    ]


@require_safe
@requires("title.view")
def notice_paper(request: HttpRequest, pk: int) -> HttpResponse:
    notice = _visible(request, pk)
    content = paper_of(notice, by=request.user)
    return file_response(safe_file_name(str(notice), "pdf"), content, "application/pdf")


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def notice_create(request: HttpRequest) -> HttpResponse:
    """One notice for one level and batch; ?title names one that is to be in it."""
    groups = _groups(request)
    chosen = next((group for group in groups if group["is_current"]), None)
    if chosen is None:
        return render_page(request, "demonstrations/notice_form.html", {"groups": []})
    form = NoticeForm(posted(request), waiting=chosen["rows"])
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        titles = list(facts.pop("titles"))
        done = _("公示已登记，可下载公示稿；公示结束后提请命名。")
        notice = perform_form(request, form, start_notice, titles, done=done, **facts)
        if notice:
            return redirect("demonstrations:notice_detail", notice.pk)
    rule = TitleRule.objects.of(chosen["level"])
    context = {
        "form": form,
        "groups": groups,
        "chosen": chosen,
        "days": rule.notice_days,
        "caution": caution_ahead(timezone.localdate(), rule.notice_days),
    }
    status = 422 if form.errors else 200
    return render_page(request, "demonstrations/notice_form.html", context, status=status)


def _groups(request: HttpRequest) -> list[dict[str, Any]]:
    """Those who wait for a notice, by level and batch; the one with ?title is current."""
    waiting = _waiting(request.user)
    wanted = request.GET.get("title", "")
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for title in waiting:
        key = (title.level, title.batch)
        label = f"{title.batch} {title.get_level_display()}"
        url = f"{reverse('demonstrations:notice_create')}?title={title.pk}"
        group = groups.setdefault(
            key, {"level": title.level, "label": label, "url": url, "count": 0, "is_current": False}
        )
        group["count"] += 1
        group["rows"] = waiting.filter(level=title.level, batch=title.batch)
        group["is_current"] |= str(title.pk) == wanted
    found = list(groups.values())
    if found and not any(group["is_current"] for group in found):
        found[0]["is_current"] = True
    return found


def _waiting(user: Any) -> QuerySet[Title]:
    checked = Title.objects.editable_by(user).filter(status=Title.Status.CHECKED)
    return checked.select_related("organisation__region__parent").order_by(
        "-batch", "level", "organisation__region__code", "pk"
    )


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def objection_create(request: HttpRequest, pk: int) -> HttpResponse:
    title = visible_title(request, pk, permissions.can_edit_title)
    form = ObjectionForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        done = _("已登记异议，核查后答复；答复前不能命名。")
        if perform_form(request, form, raise_objection, title, done=done, **form.facts()):
            return redirect(title_url(title))
    return deed_page(request, title, form, heading=_("登记异议"), confirm_label=_("登记异议"))


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def objection_answer(request: HttpRequest, pk: int) -> HttpResponse:
    rows = TitleObjection.objects.filter(title__in=Title.objects.visible_to(request.user))
    objection = get_object_or_404(rows.for_list(), pk=pk)
    title = visible_title(request, objection.title_id, permissions.can_edit_title)
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = _("已登记答复。")
        if perform_form(request, form, answer_objection, objection, done=done, **form.facts()):
            return redirect(title_url(title))
    return deed_page(
        request,
        title,
        form,
        heading=_("答复异议"),
        text=_("%(who)s于%(day)s提出：%(text)s")
        % {"who": objection.source, "day": cn_date(objection.raised_on), "text": objection.text},
        confirm_label=_("登记答复"),
    )


def _visible(request: HttpRequest, pk: int) -> TitleNotice:
    return get_object_or_404(TitleNotice.objects.visible_to(request.user).for_list(), pk=pk)
