"""Work in the background and the files that come of it."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import jobs
from core.access import signed_in
from core.models import ExportFile, Job
from core.pages import paginate, perform, render_page, safe_next


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
        page = job.result.get("page")
        return redirect(page) if page else render(request, "core/job_panel.html", context)
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


@require_POST
@signed_in
def job_stop(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(request.user.jobs, pk=pk)
    perform(request, jobs.stop_job, job, done=_("已停止，数据没有改动；需要时可重新发起。"))
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
