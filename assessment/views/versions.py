"""Versions of a scheme: revised, compared with another, printed."""

from io import BytesIO
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from assessment import actions, permissions
from assessment.comparison_file import write_comparison
from assessment.forms import CompareForm
from assessment.models import Scheme
from assessment.scheme_book.compare import Comparison, compare
from assessment.scheme_book.stored import book_of
from assessment.views.drafting import linked
from assessment.views.exports import XLSX, send_paper
from assessment.views.schemes import leaf_count, leave_past, visible_scheme
from core import audit
from core.access import requires
from core.file_names import safe_file_name
from core.pages import file_response, perform, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def scheme_revise(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, "scheme.edit", scheme):
        raise PermissionDenied
    if not permissions.can_revise_scheme(request.user, scheme):
        return leave_past(
            request, scheme, _("不能修订；草稿可直接修改，已平衡、审定的先退回评分。")
        )
    if request.method == "POST":
        done = _("新版草稿已建立，改好后由负责人发布；发布前仍按现行版执行。")
        draft = perform(request, actions.revise_scheme, scheme, done=done, explain=linked)
        return redirect("assessment:scheme_detail", pk=draft.pk if draft else scheme.pk)
    context = {
        "scheme": scheme,
        "figures": [
            {"figure": leaf_count(scheme), "unit": _("项"), "label": _("末级指标照抄")},
            {"figure": scheme.members.count(), "unit": _("家"), "label": _("单位按原分组")},
        ],
    }
    return render_page(request, "assessment/scheme_confirm_revise.html", context)


@require_safe
@requires("scheme.view")
def scheme_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """The scheme beside another version or year: what is new, gone, changed, moved."""
    scheme = visible_scheme(request, pk)
    form, other = _other(request, scheme)
    context: dict[str, Any] = {"scheme": scheme, "form": form, "other": other}
    if other is not None:
        context |= {
            "comparison": _compared(other, scheme, request.user),
            "old_label": other.label,
            "new_label": scheme.label,
        }
    return render_page(request, "assessment/scheme_compare.html", context)


@require_safe
@requires("scheme.view")
def scheme_compare_export(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = visible_scheme(request, pk)
    _form, other = _other(request, scheme)
    if other is None:
        raise Http404
    stream = BytesIO()
    labels = other.label, scheme.label
    write_comparison(stream, _compared(other, scheme, request.user), labels, request.user)
    name = safe_file_name(_("%s对照") % labels[1], "xlsx")
    after = {"other": labels[0]}
    audit.record("assessment.export_comparison", scheme, by=request.user, after=after)
    return file_response(name, stream.getvalue(), XLSX)


def _compared(old: Scheme, new: Scheme, user: User) -> Comparison:
    return compare(book_of(old, seen_by=user), book_of(new, seen_by=user))


def _other(request: HttpRequest, scheme: Scheme) -> tuple[CompareForm, Scheme | None]:
    """The scheme that is asked for, else the one it was copied from, else the latest before it."""
    others = list(
        Scheme.objects.visible_to(request.user).exclude(pk=scheme.pk).order_by("-year", "-pk")
    )
    form = CompareForm(request.GET or None, others=others)
    if form.is_bound:
        chosen = form.is_valid() and form.others.get(form.cleaned_data["other"])
        if not chosen:
            raise Http404
        return form, chosen
    before = [one for one in others if (one.year, one.pk) < (scheme.year, scheme.pk)]
    source = next((one for one in others if one.pk == scheme.copied_from_id), None)
    other = source or next(iter(before or others), None)
    form.initial["other"] = str(other.pk) if other else ""
    return form, other


@require_safe
@requires("scheme.view")
def scheme_paper(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """The scheme as it is issued: table, grades, groups, and why a warning was kept."""
    if file_format not in actions.LETTERS:
        raise Http404
    scheme = visible_scheme(request, pk)
    back, deed = reverse("assessment:scheme_detail", args=[scheme.pk]), actions.export_scheme_paper
    return send_paper(request, deed, scheme, file_format=file_format, back=back)
