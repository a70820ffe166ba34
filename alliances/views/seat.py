"""The seats of a matrix."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliances import actions
from alliances.forms import SeatForm
from alliances.models import RepresentativeMatrix, Seat
from alliances.permissions import can_edit_seat
from core.access import requires
from core.pages import perform, perform_form
from partnerships.permissions import can_keep_partnership
from partnerships.views.deed import deed_page, posted


def _editable_seat(request: HttpRequest, pk: int) -> Seat:
    matrices = RepresentativeMatrix.objects.visible_to(request.user)
    seat = get_object_or_404(Seat.objects.for_list(), pk=pk, matrix__in=matrices)
    if not can_edit_seat(request.user, seat):
        raise PermissionDenied
    return seat


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def seat_create(request: HttpRequest, pk: int) -> HttpResponse:
    matrix = get_object_or_404(RepresentativeMatrix.objects.visible_to(request.user), pk=pk)
    if not can_keep_partnership(request.user, matrix):
        raise PermissionDenied
    form = SeatForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        done = _("已增加席位。")
        if perform_form(request, form, actions.add_seat, matrix, seat=form.instance, done=done):
            return redirect("partnerships:partnership_detail", pk=pk)
    return deed_page(request, matrix, form, title=_("增加席位"), confirm_label=_("增加"))


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def seat_edit(request: HttpRequest, pk: int) -> HttpResponse:
    seat = _editable_seat(request, pk)
    form = SeatForm(posted(request), instance=seat, user=request.user)
    if request.method == "POST" and form.is_valid():
        done = _("已保存席位。")
        if perform_form(request, form, actions.change_seat, form.instance, done=done):
            return redirect("partnerships:partnership_detail", pk=seat.matrix_id)
    return deed_page(request, seat.matrix, form, title=_("修改席位"), confirm_label=_("保存"))


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def seat_remove(request: HttpRequest, pk: int) -> HttpResponse:
    seat = _editable_seat(request, pk)
    if request.method == "POST":
        perform(request, actions.remove_seat, seat, done=_("已去掉席位。"))
        return redirect("partnerships:partnership_detail", pk=seat.matrix_id)
    return deed_page(
        request,
        seat.matrix,
        None,
        title=_("去掉席位“%(seat)s（%(unit)s）”？") % {"seat": seat, "unit": seat.organisation},
        confirm_label=_("去掉"),
        confirm_tone="danger",
    )
