"""The three kinds of door a view can have; a test finds every view that has none."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]

PUBLIC = "public"
SIGNED_IN = "signed_in"


def public(view: View) -> View:
    """Anybody may open it, signed in or not."""
    view.required_action = PUBLIC
    return view


def signed_in(view: View) -> View:
    """Any user may open it; which rows they see is the view's own affair."""
    guarded = login_required(view)
    guarded.required_action = SIGNED_IN
    return guarded


def requires(action: str) -> Callable[[View], View]:
    """Only users whose role holds this action in the table of rights; others get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.can(action):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded = login_required(checked)
        guarded.required_action = action
        return guarded

    return decorate
