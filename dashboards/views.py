"""Pages that read many apps."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from core.access import signed_in
from core.pages import render_page


@require_GET
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    return render_page(request, "dashboards/home.html", {})
