"""Proposing and changing linkages, matrices and alliances."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliances.actions import (
    propose_alliance,
    propose_linkage,
    revise_alliance,
    revise_linkage,
)
from alliances.forms import AllianceForm, LinkageForm, MatrixForm
from core.access import requires
from partnerships.actions import propose_partnership, revise_partnership
from partnerships.views import edit_page, propose_page


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def linkage_create(request: HttpRequest) -> HttpResponse:
    basis = _("一核带多元：每年开展民族团结进步主题活动不少于 2 次，打造标准化示范点 1 处。")
    return propose_page(request, LinkageForm, propose_linkage, basis=basis)


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def linkage_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edit_page(request, pk, LinkageForm, revise_linkage)


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def matrix_create(request: HttpRequest) -> HttpResponse:
    basis = _("以群体矩阵带动全社会参与；保存后在项目页登记席位，席位不参与评分。")
    return propose_page(request, MatrixForm, propose_partnership, basis=basis)


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def matrix_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edit_page(request, pk, MatrixForm, revise_partnership)


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def alliance_create(request: HttpRequest) -> HttpResponse:
    basis = _("跳出旗内、放眼旗外：与旗外先进地区观摩学习、座谈交流、联办活动，共同解难题。")
    return propose_page(request, AllianceForm, propose_alliance, basis=basis)


@require_http_methods(["GET", "POST"])
@requires("partnership.propose")
def alliance_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edit_page(request, pk, AllianceForm, revise_alliance)
