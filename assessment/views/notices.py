"""The public notice of results: opened, looked at by everybody, taken as a paper or a table."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from assessment import actions, permissions
from assessment.forms import NoticeForm
from assessment.models import ResultNotice, Run, Scheme, Score
from assessment.published import PublishedRow, footnote, published_rows
from assessment.views.exports import send_paper
from assessment.views.schemes import leave_past, visible_scheme
from core.access import requires
from core.days import calendar_caution, caution_ahead, nth_working_day
from core.pages import perform_form, render_page
from core.templatetags.ui import cn_date
from organisations.models import organisation_scope

# A longer list is shown by its groups' names, each opened with a click.
MOST_OPEN = 30

FILES = (
    ("pdf", gettext_lazy("公示稿 PDF")),
    ("docx", gettext_lazy("公示稿 Word")),
    ("xlsx", gettext_lazy("名单 Excel")),
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("notice.open")
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = visible_scheme(request, pk)
    if not permissions.holds_over(request.user, "notice.open", scheme):
        raise PermissionDenied
    if scheme.status != Scheme.Status.APPROVED:
        return leave_past(request, scheme, _("审定之后公示一次，不能在这时开始公示。"))
    posted = request.POST if request.method == "POST" else None
    form = NoticeForm(posted, scheme=scheme, user=request.user)
    if posted is not None and form.is_valid():
        done = _("结果已公示，各单位在公示期内可以对本单位的得分提出异议。")
        facts = form.cleaned_data
        notice = perform_form(request, form, actions.open_notice, scheme, done=done, **facts)
        if notice:
            return redirect("assessment:notice_detail", pk=notice.pk)
    today = timezone.localdate()
    last = nth_working_day(today, scheme.notice_days)
    words = {"days": scheme.notice_days, "last": cn_date(last)}
    context = {
        "heading": _("公示结果"),
        "lead": _("公示 %(days)d 个工作日，今天开始的到%(last)s结束；名单是审定的得分。") % words,
        "caution": caution_ahead(today, scheme.notice_days),
        "form": form,
        "back_url": reverse("assessment:scheme_detail", args=[scheme.pk]),
        "back_label": scheme.title,
        "submit_label": _("开始公示"),
    }
    status = 422 if form.errors else 200
    return render_page(request, "assessment/flow_form.html", context, status=status)


def visible_notice(request: HttpRequest, pk: int) -> ResultNotice:
    return get_object_or_404(ResultNotice.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
@requires("scheme.view")
def notice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The published list, for everybody in the county: the reader's own unit first."""
    notice = visible_notice(request, pk)
    today, query = timezone.localdate(), request.GET.get("q", "").strip()
    rows = published_rows(notice, request.user)
    found = [row for row in rows if query in row.score.unit_label]
    sheets = _own_sheets(request, notice)
    own, villages = _own(request, rows, sheets)
    context = {
        "notice": notice,
        "scheme": notice.scheme,
        "own_rows": _told(own, sheets),
        "village_rows": _told(villages, sheets),
        "query": query,
        "units": len(rows),
        "groups": _by_group(found),
        "is_open": bool(query) or len(rows) <= MOST_OPEN,
        "footnote": footnote(rows),
        "facts": _facts(notice),
        "caution": _caution(request.user, notice, today),
        "is_over": notice.is_over(today),
        "is_on": notice.is_on(today),
        "files": [
            {"label": label, "url": reverse("assessment:notice_paper", args=[notice.pk, key])}
            for key, label in FILES
        ],
    }
    return render_page(request, "assessment/notice_detail.html", context)


def _caution(user: User, notice: ResultNotice, today: date) -> str:
    """For those who can have the calendar mended; nobody else can do anything about it."""
    if notice.is_over(today) or not permissions.holds_over(user, "notice.open", notice.scheme):
        return ""
    return calendar_caution(notice.starts_on, notice.ends_on)


def _by_group(rows: list[PublishedRow]) -> list[dict[str, Any]]:
    """The rows under their groups, in the order of the list."""
    parts = groupby(rows, key=lambda row: row.score.group)
    return [{"group": group, "rows": _told(part)} for group, part in parts]


def _told(
    rows: Iterable[PublishedRow], sheets: Mapping[int, int] | None = None
) -> list[dict[str, Any]]:
    """`sheets`: where the rows lead to, for who may open them."""
    return [
        {
            "score": row.score,
            "vetoes": row.score.veto_words,
            "correction": row.correction,
            "sheet": (sheets or {}).get(row.score.organisation_id),
        }
        for row in rows
    ]


def _own_sheets(request: HttpRequest, notice: ResultNotice) -> dict[int, int]:
    """Organisation → the sheet on which its liaison objects: of the latest run, not the list's."""
    if not request.user.can("objection.file"):
        return {}
    reach = organisation_scope(request.user, "objection.file", "organisation")
    done = Run.objects.filter(scheme=notice.scheme_id, finished_at__isnull=False)
    latest = done.order_by("-number").values("pk")[:1]
    scores = Score.objects.filter(reach, run=Subquery(latest)).order_by()
    return dict(scores.values_list("organisation", "pk"))


def _own(
    request: HttpRequest, rows: list[PublishedRow], sheets: Mapping[int, int]
) -> tuple[list[PublishedRow], list[PublishedRow]]:
    """Those of a liaison's own unit, and those of the villages and others that it acts for."""
    mine = {grant.organisation.pk for grant in request.user.grants("objection.file")}
    acted_for = [row for row in rows if row.score.organisation_id in sheets.keys() - mine]
    return [row for row in rows if row.score.organisation_id in mine], acted_for


def _facts(notice: ResultNotice) -> list[dict[str, Any]]:
    words = {"from": cn_date(notice.starts_on), "until": cn_date(notice.ends_on)}
    return [
        {"label": _("公示时间"), "value": _("%(from)s至%(until)s") % words},
        {"label": _("工作日"), "value": _("%d 个") % notice.working_days},
        {"label": _("受理单位"), "value": notice.office.name},
        {"label": _("联系电话"), "value": notice.phone},
    ]


@require_safe
@requires("scheme.view")
def notice_paper(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """The notice as a paper, the list as a table."""
    if file_format not in actions.NOTICES:
        raise Http404
    notice = visible_notice(request, pk)
    back = reverse("assessment:notice_detail", args=[notice.pk])
    return send_paper(request, actions.export_notice, notice, file_format=file_format, back=back)
