"""What is set for many rows at once: what applies to whom, and who scores."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessment import actions
from assessment.forms import AppliesGrid, DepartmentForm, numbers, read_seen
from assessment.models import Indicator, Scheme
from assessment.specification import kind_label
from assessment.views.table import edited_scheme, editor_tabs, leave_frozen
from core.access import requires
from core.pages import perform, perform_form, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def scheme_applies(request: HttpRequest, pk: int) -> HttpResponse:
    """Rows by kinds of unit; all ticks are sent together."""
    scheme = edited_scheme(request, pk)
    if scheme.status not in Scheme.EDITABLE:
        return leave_frozen(request, scheme)
    all_kinds = "all" in request.GET
    posted = request.POST if request.method == "POST" else None
    grid = AppliesGrid(scheme, all_kinds=all_kinds, data=posted and dict(posted.lists()))
    if posted is not None and grid.is_good:
        seen = read_seen(posted.get("seen", ""))
        clashes = perform(request, actions.save_applies, scheme, grid.wanted, seen=seen)
        if clashes == []:
            messages.success(request, _("适用类型已保存。"))
            return redirect(request.get_full_path())
        _tell_clashes(grid, clashes or [])
    context = {
        "scheme": scheme,
        "grid": grid,
        "all_kinds": all_kinds,
        "tabs": editor_tabs(scheme, "scheme_applies"),
    }
    status = 422 if posted is not None else 200
    return render_page(request, "assessment/scheme_applies.html", context, status=status)


def _tell_clashes(grid: AppliesGrid, clashes: list[actions.AppliesClash]) -> None:
    by_pk = {row.indicator.pk: row for row in grid.rows}
    for clash in clashes:
        now = "、".join(map(kind_label, clash.stored)) or _("所有类型")
        by_pk[clash.indicator.pk].error = _(
            "刚才已有人改为“{now}”，这一行没有保存；再保存一次，就以您勾的为准。"
        ).format(now=now)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def scheme_departments(request: HttpRequest, pk: int) -> HttpResponse:
    """The manual indicators, and one department for those that are ticked."""
    scheme = edited_scheme(request, pk)
    if scheme.status not in Scheme.EDITABLE:
        return leave_frozen(request, scheme)
    posted = request.POST if request.method == "POST" else None
    form = DepartmentForm(posted, user=request.user)
    ticked = numbers(posted.getlist("rows")) if posted else []
    if posted is not None and form.is_valid():
        department = form.cleaned_data["department"]
        done = _("已指定由“{unit}”评分。").format(unit=department)
        if (
            perform_form(
                request,
                form,
                actions.assign_department,
                scheme,
                ticked,
                department=department,
                done=done,
            )
            is not None
        ):
            return redirect("assessment:scheme_departments", pk=scheme.pk)
    manual = scheme.indicators.filter(source=Indicator.Source.MANUAL)
    context = {
        "scheme": scheme,
        "form": form,
        "rows": manual.select_related("department__region__parent", "parent").order_by(
            "order", "pk"
        ),
        "ticked": ticked,
        "tabs": editor_tabs(scheme, "scheme_departments"),
    }
    status = 422 if posted is not None else 200
    return render_page(request, "assessment/scheme_departments.html", context, status=status)
