"""The one page on which an activity is reported, and the draft behind it."""

from secrets import token_hex
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import actions
from activities.forms import ActivityForm, compare, marks_of
from activities.models import Activity
from activities.permissions import can_copy_activity, can_delete_activity, can_edit_activity
from activities.views.attachments import keep_files
from activities.views.sending import check_before_sending, page_of_form, send, warnings_of
from core.access import requires
from core.errors import RuleError
from core.pages import perform
from organisations.models import Organisation
from partnerships.models import Member, Partnership

DECIDING = ("partnerships", "reporter")


@require_http_methods(["GET", "POST"])
@requires("activity.report")
def activity_create(request: HttpRequest) -> HttpResponse:
    """Open the form on an empty draft; ?partnership= fills in its members.

    Safe to open twice: the user's own untouched draft is used again.
    """
    partnership = _asked_partnership(request)
    reporter = _reporter_for(request.user, partnership)
    activity = actions.start_activity(reporter, by=request.user, partnership=partnership)
    return redirect("activities:activity_form", activity.pk)


def _asked_partnership(request: HttpRequest) -> Partnership | None:
    wanted = request.GET.get("partnership", "")
    if not wanted.isdecimal() or len(wanted) > 18:
        return None
    running = Partnership.objects.visible_to(request.user)
    return running.filter(pk=wanted, status=Partnership.Status.ACTIVE).first()


def _reporter_for(user: Any, partnership: Partnership | None) -> Organisation:
    """The unit of the user; a village for which they act where only that one is a member."""
    own = user.grants("activity.report")[0].organisation
    if partnership is None:
        return own
    members = Member.objects.filter(partnership=partnership, consent=Member.Consent.AGREED)
    mine = Organisation.objects.within(user, "activity.report").filter(
        pk__in=members.values("organisation_id")
    )
    return own if mine.filter(pk=own.pk).exists() else mine.first() or own


def _own_draft(request: HttpRequest, pk: int) -> Activity:
    activity = get_object_or_404(Activity.objects.visible_to(request.user).for_detail(), pk=pk)
    if not can_edit_activity(request.user, activity):
        raise PermissionDenied(_("只有报送单位能修改草稿和被退回的报送；已报送的请先撤回。"))
    return activity


@require_http_methods(["GET", "POST"])
@requires("activity.report")
def activity_form(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    if request.method == "GET" and not activity.is_open:
        return redirect("activities:activity_detail", pk)
    activity = _own_draft(request, pk)
    if request.method == "GET":
        form = ActivityForm(user=request.user, activity=activity, window=token_hex(8))
        return page_of_form(request, activity, form)
    return _keep(request, activity)


def _keep(request: HttpRequest, activity: Activity) -> HttpResponse:
    """Save what was typed, whatever else is wrong; then send it if that was asked."""
    if request.POST.get("deed") == "take_saved":
        messages.info(request, _("已改用保存的内容。"))
        return redirect("activities:activity_form", activity.pk)
    form = ActivityForm(request.POST, user=request.user, activity=activity)
    try:
        saved = _save(request, activity, form)
    except actions.DraftConflictError as conflict:
        return page_of_form(
            request, activity, form, differences=_differences(request, conflict, form)
        )
    except RuleError as error:
        messages.error(request, error.message)
        return redirect("activities:activity_detail", activity.pk)
    form = _as_saved(request, saved, form)
    _change_files(request, saved, form)
    if request.POST.get("deed") in ("submit", "submit_anyway"):
        check_before_sending(saved, form)
        return send(request, saved, form)
    if form.errors or form.file_errors:
        return page_of_form(request, saved, form)
    messages.success(request, _("草稿已保存，可随时回来接着填。"))
    return redirect("activities:activity_form", activity.pk)


def _save(request: HttpRequest, activity: Activity, form: ActivityForm) -> Activity:
    form.is_valid()
    facts, version = form.facts(), form.posted_version
    if request.POST.get("deed") == "resolve":
        # Where the saved text was picked, the saved text stays.
        facts = {k: v for k, v in facts.items() if request.POST.get(f"pick_{k}") != "saved"}
        seen = request.POST.get("seen_version", "")
        version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    return actions.save_draft(
        activity, facts=facts, version=version, window=form.posted_window, by=request.user
    )


def _differences(
    request: HttpRequest, conflict: actions.DraftConflictError, form: ActivityForm
) -> dict[str, Any]:
    return {
        "rows": compare(conflict, form, request.POST.dict()),
        "version": conflict.activity.version,
        "at": conflict.activity.saved_at,
        "by": conflict.activity.saved_by,
    }


def _as_saved(request: HttpRequest, saved: Activity, form: ActivityForm) -> ActivityForm:
    """The form again with what saving brought along: members of a newly chosen partnership."""
    facts = actions.facts_of(saved)
    data: QueryDict = request.POST.copy()
    data["version"], data["base"] = str(saved.version), marks_of(facts)
    for name in ActivityForm.base_fields:
        if name in facts and name not in form.errors:
            data.setlist(name, _as_posted(facts[name]))
    again = ActivityForm(data, user=request.user, activity=saved)
    again.is_valid()
    return again


def _as_posted(value: Any) -> list[str]:
    if isinstance(value, tuple):
        return [str(item) for item in value]
    if isinstance(value, bool):
        return ["on"] if value else []
    return [] if value is None else [str(value)]


def _change_files(request: HttpRequest, activity: Activity, form: ActivityForm) -> None:
    """The way of those without JavaScript. A refused file is told; nothing else is lost."""
    form.file_errors += keep_files(request, activity)
    gone = [pk for pk in request.POST.getlist("remove_file") if pk.isdecimal() and len(pk) <= 18]
    for attachment in activity.attachments.filter(pk__in=gone).select_related("activity"):
        actions.remove_attachment(attachment, by=request.user)


@require_POST
@requires("activity.report")
def activity_autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the draft while it is being typed; answers with what changed on the page."""
    activity = _own_draft(request, pk)
    before = actions.facts_of(activity)
    form = ActivityForm(request.POST, user=request.user, activity=activity)
    template = "activities/activity_autosave.html"
    try:
        saved = _save(request, activity, form)
    except actions.DraftConflictError as conflict:
        context = {"form": form, "conflict": _differences(request, conflict, form)}
        return render(request, template, context, status=409)
    except RuleError as error:
        return render(request, template, {"form": form, "error": error.message})
    again = _as_saved(request, saved, form)
    context = {
        "form": again,
        "activity": saved,
        "saved_at": saved.saved_at,
        "error": "".join(form.told()),
        "warnings": warnings_of(saved, form, with_reason=True),
        # What was chosen decides what else is offered: units and kinds of the partnerships.
        "has_new_units": any(before[name] != form.facts().get(name) for name in DECIDING),
    }
    return render(request, template, context)


@require_POST
@requires("activity.report")
def activity_copy(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    if not can_copy_activity(request.user, activity):
        raise PermissionDenied(_("只能复制本单位报送的活动。"))
    draft = perform(
        request,
        actions.copy_activity,
        activity,
        done=_("已复制“%s”；日期、人数、成效和附件请重新填。") % activity,
    )
    return redirect("activities:activity_form", draft.pk)


@require_http_methods(["GET", "POST"])
@requires("activity.report")
def activity_delete(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    if not can_delete_activity(request.user, activity):
        raise PermissionDenied(_("只有报送单位能删除自己的草稿；报送过的保留在记录里。"))
    if request.method == "GET":
        context = {
            "activity": activity,
            "facts": [
                {"figure": activity.attachments.count(), "unit": _("个"), "label": _("附件")}
            ],
            "cancel_url": reverse("activities:activity_form", args=[pk]),
        }
        return render(request, "activities/activity_confirm_delete.html", context)
    perform(request, actions.delete_draft, activity, done=_("草稿已删除。"))
    return redirect("activities:activity_list")
