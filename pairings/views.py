"""Proposing and changing pairings; their page is the partnerships' own."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import requires
from pairings.actions import propose_pairing, revise_pairing
from pairings.forms import PairingForm
from partnerships.views import edit_page, propose_page


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def pairing_create(request: HttpRequest) -> HttpResponse:
    basis = _("既可以两两结对，也可以一个主体和多个主体结对；各单位是否参加先征询、后启动。")
    return propose_page(request, PairingForm, propose_pairing, basis=basis)


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def pairing_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edit_page(request, pk, PairingForm, revise_pairing)
