"""The audit log, for the auditor."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import actions
from accounts.audit_words import changes, subject_words, verb_words
from accounts.filters import AuditFilter
from accounts.tasks import CHECK_AUDIT
from core.access import requires
from core.models import AuditRecord, Job
from core.pages import paginate, perform, render_page


@require_safe
@requires("audit.view")
def audit_list(request: HttpRequest) -> HttpResponse:
    found = AuditFilter(request.GET, queryset=AuditRecord.objects.all())
    page = paginate(request, found.qs)
    words = verb_words()
    for entry in page:
        entry.verb_label = words.get(entry.verb, entry.verb)
        entry.subject_type_label = subject_words(entry.subject_type)
    context = {"filter": found, "page": page, "check": _last_check()}
    return render_page(request, "accounts/audit_list.html", context, fragment="audit-rows")


def _last_check() -> Job | None:
    return Job.objects.filter(kind=CHECK_AUDIT).order_by("-pk").first()


@require_safe
@requires("audit.view")
def audit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(AuditRecord.objects.select_related("by"), pk=pk)
    context = {
        "entry": entry,
        "verb": verb_words().get(entry.verb, entry.verb),
        "subject_type": subject_words(entry.subject_type),
        "changes": changes(entry),
        "newer": AuditRecord.objects.filter(pk__gt=pk).order_by("pk").first(),
        "older": AuditRecord.objects.filter(pk__lt=pk).order_by("-pk").first(),
        "is_whole": entry.compute_hash() == entry.hash,
    }
    return render_page(request, "accounts/audit_detail.html", context)


@require_POST
@requires("audit.view")
def audit_check(request: HttpRequest) -> HttpResponse:
    """Check the whole chain in the background; the result stands on the list."""
    perform(request, actions.start_audit_check, done=_("已开始核对，结果显示在本页上方。"))
    return redirect("accounts:audit_list")
