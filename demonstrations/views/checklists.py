"""The checklists on which standard sites are accepted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import requires
from core.pages import perform_form, render_page
from demonstrations.actions import save_checklist
from demonstrations.forms import ChecklistForm
from demonstrations.models import SiteChecklist
from demonstrations.views.parts import posted
from organisations.models import TradeSystem

LIST = "demonstrations:checklist_list"


@require_safe
@requires("title.rule")
def checklist_list(request: HttpRequest) -> HttpResponse:
    lists = list(SiteChecklist.objects.current().for_list())
    own = [row.trade_system_id for row in lists]
    without = TradeSystem.objects.exclude(pk__in=[key for key in own if key])
    context = {"lists": lists, "without": "、".join(row.name for row in without)}
    return render_page(request, "demonstrations/checklist_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("title.rule")
def checklist_create(request: HttpRequest) -> HttpResponse:
    """A list of a system's own; it begins as the one for all systems."""
    general = SiteChecklist.objects.current().filter(trade_system=None).first()
    form = ChecklistForm(posted(request), source=general, is_new=True)
    return _save(request, form, None)


@require_http_methods(["GET", "POST"])
@requires("title.rule")
def checklist_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Of a version that another replaced meanwhile too: then the second to save is told."""
    checklist = get_object_or_404(SiteChecklist.objects.select_related("trade_system"), pk=pk)
    form = ChecklistForm(posted(request), source=checklist, is_new=False)
    return _save(request, form, checklist)


def _save(
    request: HttpRequest, form: ChecklistForm, checklist: SiteChecklist | None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        system = checklist.trade_system if checklist else found["trade_system"]
        facts = {"items": form.items(), "seen_version": found["seen_version"]}
        saved = perform_form(request, form, save_checklist, system, **facts)
        if saved:
            messages.success(request, _("%s已保存；已验收的示范点仍按当时的清单。") % saved)
            return redirect(LIST)
        form.catch_up(_version_of(system))
    context = {"form": form, "checklist": checklist}
    status = 422 if form.errors else 200
    return render_page(request, "demonstrations/checklist_form.html", context, status=status)


def _version_of(system: TradeSystem | None) -> int:
    versions = SiteChecklist.objects.filter(trade_system=system).order_by("-version")
    return versions.values_list("version", flat=True).first() or 0
