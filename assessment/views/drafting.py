"""A new scheme: from one that comes with the platform or an earlier year; a draft given up."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessment import actions, permissions
from assessment.forms import NewSchemeForm
from assessment.models import Scheme
from assessment.views.schemes import leaf_count, leave_past, visible_scheme
from core.access import requires
from core.errors import RuleError
from core.middleware import known_years
from core.pages import perform, render_page
from organisations.models import Region

# How many earlier schemes are offered.
EARLIER = 5


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def scheme_create(request: HttpRequest) -> HttpResponse:
    """Draft a scheme from a ready one, or from one of an earlier year."""
    posted = request.POST if request.method == "POST" else None
    earlier = _earlier_schemes(request)
    year = next_free_year(request)
    form = NewSchemeForm(posted, user=request.user, year=year, earlier=earlier)
    if posted is not None and form.is_valid() and (scheme := _drafted(request, form)):
        return redirect("assessment:scheme_detail", pk=scheme.pk)
    status = 422 if posted is not None else 200
    return render_page(request, "assessment/scheme_form.html", {"form": form}, status=status)


def next_free_year(request: HttpRequest) -> int:
    """The year that is looked at, or the first after it that has no scheme yet; one query."""
    schemes = Scheme.objects.filter(region=county_of(request), year__gte=request.year)
    taken = set(schemes.values_list("year", flat=True))
    years = [year for year in sorted(known_years()) if year >= request.year]
    return next((year for year in years if year not in taken), years[-1])


def _earlier_schemes(request: HttpRequest) -> list[Scheme]:
    """The latest ones that were in force in the office's own county."""
    schemes = Scheme.objects.visible_to(request.user).exclude(status=Scheme.Status.REPLACED)
    schemes = schemes.exclude(status__in=Scheme.EDITABLE).filter(region=county_of(request))
    return list(schemes.order_by("-year", "-pk")[:EARLIER])


def _drafted(request: HttpRequest, form: NewSchemeForm) -> Scheme | None:
    chosen, year = form.chosen, form.cleaned_data["year"]
    if isinstance(chosen, Scheme):
        done = _("已复制成 %d 年的草稿，核对后由负责人发布。") % year
        copied = perform(request, actions.copy_scheme, chosen, year=year, done=done, explain=linked)
        if copied:
            _tell_copied(request, copied)
        return copied.scheme if copied else None
    return perform(
        request,
        actions.draft_ready_scheme,
        county_of(request),
        chosen,
        year=year,
        department=form.cleaned_data["department"],
        done=_("已生成方案草稿，可以修改，改好后由负责人发布。"),
        explain=linked,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def scheme_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once, with what is lost in numbers; says why where the draft has to stay."""
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, "scheme.edit", scheme):
        raise PermissionDenied
    if scheme.status not in Scheme.EDITABLE:
        return leave_past(request, scheme, _("只有没有发布的草稿可以放弃。"))
    if request.method == "POST":
        done = _("草稿“%s”已放弃。") % scheme.label
        if perform(request, actions.discard_draft, scheme, done=done):
            return redirect("assessment:scheme_list")
        return redirect("assessment:scheme_detail", pk=pk)
    if reason := actions.kept_reason(scheme):
        messages.warning(request, reason)
        return redirect("assessment:scheme_detail", pk=pk)
    context = {
        "scheme": scheme,
        "figures": [
            {"figure": leaf_count(scheme), "unit": _("项"), "label": _("末级指标")},
            {"figure": scheme.members.count(), "unit": _("家"), "label": _("单位的分组")},
            {"figure": scheme.rehearsals.count(), "unit": _("次"), "label": _("试算")},
        ],
    }
    return render_page(request, "assessment/scheme_confirm_discard.html", context)


def linked(error: RuleError) -> str:
    """The refusal, with a link to the scheme that is there already."""
    if not isinstance(error.about, Scheme):
        return error.message
    url = reverse("assessment:scheme_detail", args=[error.about.pk])
    return format_html('{} <a href="{}">{}</a>', error.message, url, _("打开这份方案"))


def _tell_copied(request: HttpRequest, copied: actions.Copied) -> None:
    """What the register has changed meanwhile."""
    for told, names in (
        (_("承接单位接替：%s。"), copied.replaced),
        (_("名册新增，已编入分组：%s。"), copied.added),
        (_("已撤销且没有承接单位，未编入分组：%s。"), copied.left),
    ):
        if names:
            messages.info(request, told % "、".join(names))
    for told in copied.missing:
        messages.warning(request, f"{told}。")


def county_of(request: HttpRequest) -> Region:
    """Where the schemes of an office are drafted for."""
    return request.user.grants("scheme.edit")[0].organisation.region
