"""The office looks how far the marks have come, says until when, and reminds."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessment import actions, permissions
from assessment.forms import MarksDueForm
from assessment.judging import add_up, not_begun_to_mark, office_progress
from assessment.models import Scheme
from assessment.views.schemes import visible_scheme
from core.access import requires
from core.pages import perform, perform_form, render_page


@require_safe
@requires("run.view")
def marking_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who still owes how many marks; no value is told before all are there, and no person named."""
    return _marking_page(request, visible_scheme(request, pk))


def _marking_page(
    request: HttpRequest, scheme: Scheme, form: MarksDueForm | None = None, status: int = 200
) -> HttpResponse:
    parts = office_progress(scheme)
    not_begun = not_begun_to_mark(scheme)
    owing = [] if not_begun else actions.owing_departments(parts)
    is_office = permissions.holds_over(request.user, "score.compute", scheme)
    context = {
        "scheme": scheme,
        "parts": parts,
        "progress": add_up(part.progress for part in parts),
        "owing": owing,
        "not_begun": not_begun,
        "reminder_text": actions.marks_reminder_text(scheme, owing) if is_office else "",
        "reminders": scheme.mark_reminders.select_related("department", "reminded_by")[:5],
        "form": form or MarksDueForm(initial={"due_on": scheme.marks_due_on}),
        "can_ask": is_office and scheme.status in Scheme.OPEN,
        "is_late": scheme.marks_due_on is not None and scheme.marks_due_on < timezone.localdate(),
    }
    return render_page(request, "assessment/marking_detail.html", context, status=status)


def _own_scheme(request: HttpRequest, pk: int) -> Scheme:
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, "score.compute", scheme):
        raise PermissionDenied
    return scheme


@require_POST
@requires("score.compute")
def marking_due(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = _own_scheme(request, pk)
    form = MarksDueForm(request.POST)
    if form.is_valid():
        due_on, done = form.cleaned_data["due_on"], _("评分截止已保存。")
        if perform_form(request, form, actions.set_marks_due, scheme, due_on=due_on, done=done):
            return redirect("assessment:marking_detail", pk=scheme.pk)
    return _marking_page(request, scheme, form, status=422)


@require_POST
@requires("score.compute")
def marking_remind(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = _own_scheme(request, pk)
    done = _("已提醒，这些部门的评分员进入评分页就能看到。")
    perform(request, actions.remind_departments, scheme, done=done)
    return redirect("assessment:marking_detail", pk=scheme.pk)
