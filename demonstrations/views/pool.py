"""The cultivation pool (培育库): who is on the way to a title, and who is next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import requires
from core.exports import export_list
from core.lists.tools import list_tools
from core.pages import paginate, perform_form, render_page
from demonstrations import permissions
from demonstrations.actions import start_cultivation
from demonstrations.exports import POOL, select_pool
from demonstrations.filters import POOL_LIST
from demonstrations.forms import CultivateForm
from demonstrations.models import Title
from demonstrations.views.parts import POOL_PAGE, TITLE_PAGE, posted, title_tabs, title_url
from organisations.views.register import export_links
from organisations.views.tabs import register_tabs


@require_safe
@requires("title.follow")
def pool_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    chosen = select_pool(user, request.GET)
    can_edit = permissions.can_create_title(user)
    checked = Title.objects.editable_by(user).filter(status=Title.Status.CHECKED)
    context = {
        "filter": chosen,
        "tools": list_tools(request, POOL_LIST),
        "page": paginate(request, chosen.qs),
        "register_tabs": register_tabs(user, TITLE_PAGE),
        "tabs": title_tabs(user, POOL_PAGE),
        "exports": export_links("demonstrations:pool_export"),
        "can_edit": can_edit,
        "checked_count": checked.count() if can_edit else 0,
    }
    return render_page(request, "demonstrations/pool_list.html", context, fragment="pool-rows")


@require_safe
@requires("title.follow")
def pool_export(request: HttpRequest, file_format: str) -> HttpResponse:
    return export_list(request, POOL, file_format)


@require_http_methods(["GET", "POST"])
@requires("title.edit")
def title_cultivate(request: HttpRequest) -> HttpResponse:
    form = CultivateForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        unit = facts.pop("organisation")
        done = _("已列入培育库，条件具备后申报。")
        title = perform_form(request, form, start_cultivation, unit, done=done, **facts)
        if title:
            return redirect(title_url(title))
    status = 422 if form.errors else 200
    context = {"form": form}
    return render_page(request, "demonstrations/title_cultivate.html", context, status=status)
