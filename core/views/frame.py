"""Pages of the frame: the chosen year, a stale form, the gallery of components."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.access import public, signed_in
from core.gallery import gallery_context
from core.middleware import known_years
from core.pages import safe_next


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is stale: usually a log-in in another tab. Nothing was saved."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


@require_POST
@signed_in
def year_choose(request: HttpRequest) -> HttpResponse:
    """Remember which year's figures this user looks at."""
    wanted = request.POST.get("year", "")
    if wanted in map(str, known_years()):
        request.session["year"] = int(wanted)
    return redirect(safe_next(request, "/"))


@require_safe
@public
def component_gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for those who build pages; development builds only."""
    return render(request, "core/component_gallery.html", gallery_context(request))
