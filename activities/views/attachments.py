"""Files of a report: added and removed on the draft's page, served only to who may see it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import actions
from activities.models import Activity, Attachment
from activities.permissions import can_edit_activity
from activities.views.sending import upload_limits
from core.access import requires
from core.errors import RuleError


@require_POST
@requires("activity.report")
def attachment_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the chosen files at once; answers with the list of files."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    _must_edit(request, activity)
    return _panel(request, activity, keep_files(request, activity))


def keep_files(request: HttpRequest, activity: Activity) -> list[str]:
    """Keep what can be kept; returns a sentence for each file that cannot."""
    refused = []
    for file in request.FILES.getlist("files"):
        try:
            actions.add_attachment(activity, file=file, by=request.user)
        except RuleError as error:
            refused.append(error.message)
    return refused


@require_POST
@requires("activity.report")
def attachment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    attachment = get_object_or_404(_seen(request).select_related("activity"), pk=pk)
    activity = attachment.activity
    _must_edit(request, activity)
    refused = []
    try:
        actions.remove_attachment(attachment, by=request.user)
    except RuleError as error:
        refused.append(error.message)
    return _panel(request, activity, refused)


def _must_edit(request: HttpRequest, activity: Activity) -> None:
    if not can_edit_activity(request.user, activity):
        raise PermissionDenied(_("只有报送单位能在草稿和被退回的报送里改附件。"))


def _seen(request: HttpRequest) -> Any:
    return Attachment.objects.filter(activity__in=Activity.objects.visible_to(request.user))


def _panel(request: HttpRequest, activity: Activity, refused: list[str]) -> HttpResponse:
    if not request.htmx:
        for sentence in refused:
            messages.error(request, sentence)
        return redirect("activities:activity_form", activity.pk)
    context = {
        "activity": activity,
        "attachments": activity.attachments.all(),
        "errors": refused,
        "upload": upload_limits(),
    }
    return render(request, "activities/_attachments.html", context)


@require_safe
@requires("activity.view")
def attachment_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file under its own type, never shown inside our pages."""
    attachment = get_object_or_404(_seen(request), pk=pk)
    try:
        stream = attachment.file.open("rb")
    except FileNotFoundError:
        messages.error(
            request, _("附件“%s”已不在服务器上，请联系系统管理员从备份恢复。") % attachment
        )
        return redirect("activities:activity_detail", attachment.activity_id)
    response = FileResponse(
        stream,
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
