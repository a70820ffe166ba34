"""Pages that belong to no part of the programme."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import jobs
from core.access import public, signed_in
from core.gallery import gallery_context
from core.lists import deeds
from core.lists.forms import SavedFilterForm
from core.lists.models import SavedFilter
from core.lists.tools import LISTS, UserList
from core.middleware import known_years
from core.models import ExportFile, Job
from core.pages import paginate, perform, perform_form, render_page, safe_next


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is stale: usually a log-in in another tab. Nothing was saved."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


@require_POST
@signed_in
def year_choose(request: HttpRequest) -> HttpResponse:
    """Remember which year's figures this user looks at."""
    wanted = request.POST.get("year", "")
    if wanted in map(str, known_years()):
        request.session["year"] = int(wanted)
    return redirect(safe_next(request, "/"))


@require_safe
@signed_in
def job_list(request: HttpRequest) -> HttpResponse:
    page = paginate(request, request.user.jobs.prefetch_related("files"))
    context = {"page": page, "has_active": any(job.is_active for job in page)}
    return render_page(request, "core/job_list.html", context, fragment="job-rows")


@require_safe
@signed_in
def job_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The state of one's own job; the panel alone for the page that polls while it is under way."""
    job = get_object_or_404(request.user.jobs, pk=pk)
    context = {
        "job": job,
        "panel_id": request.htmx.target or f"job-{job.pk}",
        "downloads": [
            {"label": file.name, "url": reverse("core:export_download", args=[file.pk])}
            for file in job.files.all()
        ],
    }
    if not request.htmx:
        return render(request, "core/job_panel.html", context)
    response = render(request, "core/_job_progress.html", context)
    if job.state == Job.State.DONE and not context["downloads"]:
        # The result of such a job is the page itself.
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@signed_in
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(request.user.jobs, pk=pk)
    perform(request, jobs.retry_job, job, done=_("已重新发起，完成后可在此下载。"))
    return redirect(safe_next(request, reverse("core:job_list")))


@require_safe
@signed_in
def export_download(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand over a finished file to the one who asked for it."""
    export = get_object_or_404(ExportFile, pk=pk, job__requested_by=request.user)
    try:
        stream = export.file.open("rb")
    except FileNotFoundError:
        messages.error(request, _("文件已清理，请重新导出。"))
        return redirect("core:job_list")
    response = FileResponse(
        stream, as_attachment=True, filename=export.name, content_type=export.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@signed_in
def columns_choose(request: HttpRequest, key: str) -> HttpResponse:
    """Keep which columns of a list this user sees; 恢复默认 forgets the choice."""
    one = _list_or_404(request, key)
    is_reset = "reset" in request.POST
    keys = one.default_keys() if is_reset else request.POST.getlist("columns")
    deeds.choose_columns(one, keys, by=request.user)
    messages.success(
        request, _("已恢复默认的列。") if is_reset else _("列已保存，下次打开仍是这样。")
    )
    return redirect(safe_next(request, one.url))


@require_POST
@signed_in
def saved_filter_create(request: HttpRequest, key: str) -> HttpResponse:
    one = _list_or_404(request, key)
    form, query = SavedFilterForm(request.POST), request.POST.get("query", "")
    if form.is_valid():
        saved = perform_form(
            request, form, deeds.save_filter, one, query=query, **form.cleaned_data
        )
        if saved:
            messages.success(request, _("已保存，在名单的“常用筛选”里打开。"))
            return redirect(f"{one.url}?{saved.query}")
    context = {"form": form, "back_url": safe_next(request, one.url), "query": query}
    return render(request, "core/saved_filter_form.html", context, status=422)


@require_http_methods(["GET", "POST"])
@signed_in
def saved_filter_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share, delete one's own."""
    saved = get_object_or_404(SavedFilter, pk=pk, owner=request.user)
    one = _list_or_404(request, saved.list_key)
    back_url = f"{one.url}?{saved.query}"
    facts = {"name": saved.name, "is_shared": saved.is_shared}
    form = SavedFilterForm(request.POST or None, initial=facts)
    if request.method == "POST" and form.is_valid():
        done = _("已保存。")
        if perform_form(request, form, deeds.edit_filter, saved, done=done, **form.cleaned_data):
            return redirect(back_url)
    context = {"form": form, "saved": saved, "back_url": back_url}
    status = 422 if form.errors else 200
    return render(request, "core/saved_filter_form.html", context, status=status)


@require_POST
@signed_in
def saved_filter_delete(request: HttpRequest, pk: int) -> HttpResponse:
    saved = get_object_or_404(SavedFilter, pk=pk, owner=request.user)
    one = _list_or_404(request, saved.list_key)
    told = _("已删除常用筛选“%s”。") % saved.name
    perform(request, deeds.delete_filter, saved, done=told)
    return redirect(one.url)


def _list_or_404(request: HttpRequest, key: str) -> UserList:
    one = LISTS.get(key)
    if one is None:
        raise Http404
    if not request.user.can(one.action):
        raise PermissionDenied
    return one


@require_safe
@public
def component_gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for those who build pages; development builds only."""
    return render(request, "core/component_gallery.html", gallery_context(request))
