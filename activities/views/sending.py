"""The last look before a report is sent: what is missing, what may be a person's, what may be a
double. And the form's page, which shows all of it.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import actions
from activities.forms import ActivityForm
from activities.models import Activity, Double, Participation, likely_doubles
from activities.rules import faults_of, report_of
from core.access import requires
from core.errors import RuleError
from core.pages import record_refusal, safe_next
from core.personal_data import personal_data_warnings
from core.uploads.kinds import NAMES as KIND_NAMES

TEXTS = ("title", "place", "summary", "outcome")
RECENT = 5


def warnings_of(
    activity: Activity, form: ActivityForm | None = None, *, with_reason: bool = False
) -> dict[str, list[str]]:
    """What in the texts may be about a single person, by field.

    Of a text that was refused it is what was typed that counts; `with_reason` says first why.
    """
    warnings = {name: personal_data_warnings(getattr(activity, name)) for name in TEXTS}
    for name, refusal in form.refused.items() if form else ():
        reason = [refusal.message] if with_reason else []
        warnings[name] = reason + personal_data_warnings(form[name].value())
    return warnings


def check_before_sending(activity: Activity, form: ActivityForm) -> None:
    """Put every reason against sending at its field, all at once."""
    for fault in faults_of(report_of(activity), today=timezone.localdate()):
        if fault.field not in form.errors:
            form.add_error(fault.field, fault.message)


def send(request: HttpRequest, activity: Activity, form: ActivityForm) -> HttpResponse:
    """Send what is whole; else the page again with what to mend or to confirm."""
    if form.file_errors or not form.can_agree:
        return page_of_form(request, activity, form)
    anyway = request.POST.get("deed") == "submit_anyway"
    denied = _denied(request) if anyway else set()
    doubles = [
        double
        for double in likely_doubles(activity)
        if not double.is_denied and double.activity.pk not in denied
    ]
    asks_to_keep = not anyway and any(warnings_of(activity, form).values())
    if doubles or asks_to_keep:
        return page_of_form(request, activity, form, doubles=doubles, asks_to_keep=asks_to_keep)
    try:
        sent = actions.submit_activity(activity, by=request.user, distinct_from=denied)
    except RuleError as error:
        record_refusal("activities.submit_activity", activity, request, error)
        form.add_error(error.field or None, error.message)
        return page_of_form(request, activity, form)
    messages.success(request, _what_comes_next(sent))
    return redirect("activities:activity_detail", sent.pk)


@require_POST
@requires("activity.report")
def activity_submit_many(request: HttpRequest) -> HttpResponse:
    """Send the ticked drafts, each for itself, as their own pages would; what must be looked at
    first stays a draft and is said with its reason.
    """
    ids = [pk for pk in request.POST.getlist("ids") if pk.isdecimal() and len(pk) <= 18]
    sent, drafts = 0, Activity.objects.drafts_of(request.user).filter(pk__in=ids).order_by("pk")
    if not drafts:
        messages.warning(request, _("所选活动里没有可以报送的草稿。"))
    for draft in drafts:
        try:
            _demand_no_question(draft)
            actions.submit_activity(draft, by=request.user)
            sent += 1
        except RuleError as error:
            record_refusal("activities.submit_activity", draft, request, error)
            told = _("“%(title)s”没有报送：%(why)s") % {"title": draft, "why": error.message}
            messages.error(request, told)
    if sent:
        messages.success(request, _("已报送 %d 个活动，等待旗创建办审核。") % sent)
    return redirect(safe_next(request, reverse("activities:activity_list")))


def _demand_no_question(draft: Activity) -> None:
    """What the page would ask before sending is asked there."""
    doubles = [double for double in likely_doubles(draft) if not double.is_denied]
    if doubles:
        raise RuleError(_("可能与“%s”是同一个活动，请打开核对后报送。") % doubles[0].activity.title)
    if any(warnings_of(draft).values()):
        raise RuleError(_("文字里疑似有个人信息，请打开核对后报送。"))


def _denied(request: HttpRequest) -> set[int]:
    """Reports that the sender has just said are about another event."""
    posted = request.POST.getlist("not_same")
    return {int(pk) for pk in posted if pk.isdecimal() and len(pk) <= 18}


def _what_comes_next(activity: Activity) -> str:
    asked = activity.participations.filter(confirmation=Participation.Confirmation.PENDING).count()
    if asked:
        return _("已报送，等待旗创建办审核；已请 %d 个单位确认参加。") % asked
    return _("已报送，等待旗创建办审核。")


def page_of_form(
    request: HttpRequest,
    activity: Activity,
    form: ActivityForm,
    *,
    differences: dict[str, Any] | None = None,
    doubles: list[Double] = (),
    asks_to_keep: bool = False,
) -> HttpResponse:
    """The form with whatever is to be said about it; 409 when it was saved from elsewhere too."""
    untouched = activity.version == 1 and not form.is_bound
    context = {
        "activity": activity,
        "form": form,
        "conflict": differences,
        "doubles": _shown(doubles, request.user),
        "warnings": warnings_of(activity, form),
        "asks_to_keep": asks_to_keep,
        "attachments": activity.attachments.all(),
        "upload": upload_limits(),
        "not_kept": "".join(form.refused_told()),
        "saved_at": activity.saved_at if activity.version > 1 else None,
        "recent": _recent(activity) if untouched else [],
        "cancel_url": reverse("activities:activity_list"),
    }
    status = 409 if differences else 200
    return render(request, "activities/activity_form.html", context, status=status)


def upload_limits() -> dict[str, Any]:
    """What is said before anything is sent."""
    return {
        "kinds": "、".join(KIND_NAMES.values()),
        "max_files": settings.UPLOAD_MAX_FILES,
        "max_mb": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
        "max_bytes": settings.UPLOAD_MAX_BYTES,
    }


def _shown(doubles: list[Double], user: Any) -> list[dict[str, Any]]:
    """Each double with where to go: to confirm it, to look at it, or nowhere."""
    ids = [double.activity.pk for double in doubles]
    visible = set(Activity.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [{"double": double, "can_open": double.activity.pk in visible} for double in doubles]


def _recent(activity: Activity) -> list[Activity]:
    """Earlier reports of the unit to start from."""
    sent = Activity.objects.filter(reporter=activity.reporter).exclude(pk=activity.pk)
    return list(sent.exclude(status=Activity.Status.DRAFT).order_by("-submitted_at")[:RECENT])
