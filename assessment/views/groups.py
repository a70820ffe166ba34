"""Who is compared with whom: the groups of a scheme, changed while it is a draft."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment import actions, permissions
from assessment.forms import GroupChoiceForm, GroupNameForm, missing_by_kind, numbers
from assessment.models import AssessmentGroup, Scheme
from assessment.views.schemes import visible_scheme
from assessment.views.table import edited_scheme, editor_tabs, leave_frozen
from core.access import requires
from core.pages import perform, render_page
from organisations.models import Organisation


@require_safe
@requires("scheme.view")
def scheme_groups(request: HttpRequest, pk: int) -> HttpResponse:
    """The groups with their members; a draft's can be changed, others are as they were frozen."""
    return _page(request, visible_scheme(request, pk))


def _page(
    request: HttpRequest, scheme: Scheme, *, form: GroupNameForm | None = None, status: int = 200
) -> HttpResponse:
    can_edit = permissions.can_edit_scheme(request.user, scheme)
    members = scheme.members.select_related("organisation__region__parent")
    by_group: dict[int, list[Any]] = {}
    for member in members.order_by("organisation__region__code", "pk"):
        by_group.setdefault(member.group_id, []).append(member)
    groups = list(scheme.groups.order_by("order", "pk"))
    context = {
        "scheme": scheme,
        "groups": [{"group": group, "members": by_group.get(group.pk, [])} for group in groups],
        "units": sum(map(len, by_group.values())),
        "missing": missing_by_kind(scheme) if can_edit else [],
        "can_edit": can_edit,
        "form": form or GroupNameForm(),
        "tabs": editor_tabs(scheme, "scheme_groups") if can_edit else [],
    }
    return render_page(request, "assessment/scheme_groups.html", context, status=status)


def _group(request: HttpRequest, pk: int) -> AssessmentGroup:
    """A group of a scheme that the user may write."""
    schemes = Scheme.objects.visible_to(request.user)
    found = AssessmentGroup.objects.filter(scheme__in=schemes).select_related("scheme__region")
    group = get_object_or_404(found, pk=pk)
    if not permissions.holds_over(request.user, "scheme.edit", group.scheme):
        raise PermissionDenied
    return group


def _back(scheme_id: int) -> HttpResponse:
    return redirect("assessment:scheme_groups", pk=scheme_id)


@require_POST
@requires("scheme.edit")
def group_create(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = edited_scheme(request, pk)
    form = GroupNameForm(request.POST)
    if not form.is_valid():
        return _page(request, scheme, form=form, status=422)
    name = form.cleaned_data["name"]
    done = _("已增加分组“{name}”。").format(name=name)
    perform(request, actions.create_group, scheme, name=name, done=done)
    return _back(pk)


@require_POST
@requires("scheme.edit")
def group_rename(request: HttpRequest, pk: int) -> HttpResponse:
    group = _group(request, pk)
    form = GroupNameForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["name"]
        done = _("已改名为“{name}”。").format(name=name)
        perform(request, actions.rename_group, group, name=name, done=done)
    else:
        messages.error(request, " ".join(form.errors["name"]))
    return _back(group.scheme_id)


@require_POST
@requires("scheme.edit")
def group_move(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    group = _group(request, pk)
    perform(request, actions.move_group, group, -1 if step == "up" else 1)
    return _back(group.scheme_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("scheme.edit")
def group_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once, with how many units will be in no group."""
    group = _group(request, pk)
    if group.scheme.status not in Scheme.EDITABLE:
        return leave_frozen(request, group.scheme)
    if request.method == "POST":
        perform(request, actions.delete_group, group, done=_("分组已删除。"))
        return _back(group.scheme_id)
    figures = [
        {"figure": group.members.count(), "unit": _("家"), "label": _("单位从此不在任何分组里")}
    ]
    context = {"group": group, "scheme": group.scheme, "figures": figures}
    return render_page(request, "assessment/group_confirm_delete.html", context)


@require_POST
@requires("scheme.edit")
def members_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Ticked units into another group, or out of all."""
    scheme = edited_scheme(request, pk)
    form = GroupChoiceForm(request.POST, scheme=scheme)
    leaves = request.POST.get("deed") == "out"
    if not form.is_valid() or not (leaves or form.cleaned_data["group"]):
        messages.error(request, _("先选移到哪一组；这一组可能刚被删除，请再选一次。"))
        return _back(pk)
    group = None if leaves else form.cleaned_data["group"]
    done = (
        _("已移出分组，不参加这次考核。") if leaves else _("已移到“{group}”。").format(group=group)
    )
    members = numbers(request.POST.getlist("members"))
    perform(request, actions.move_members, scheme, members, group=group, done=done)
    return _back(pk)


@require_POST
@requires("scheme.edit")
def members_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Units that are in no group, into one."""
    scheme = edited_scheme(request, pk)
    form = GroupChoiceForm(request.POST, scheme=scheme)
    group = form.cleaned_data["group"] if form.is_valid() else None
    if group is None:
        messages.error(request, _("先选加入哪一组；还没有分组的，先增加一组。"))
        return _back(pk)
    units = Organisation.objects.filter(pk__in=numbers(request.POST.getlist("units")))
    done = _("已加入“{group}”。").format(group=group)
    perform(request, actions.add_members, group, units, done=done)
    return _back(pk)


@require_POST
@requires("scheme.edit")
def groups_regroup(request: HttpRequest, pk: int) -> HttpResponse:
    scheme = edited_scheme(request, pk)
    moved = perform(request, actions.regroup_by_kind, scheme)
    if moved is not None:
        messages.success(request, _("已按类型重新分组，{n} 家单位有变动。").format(n=moved))
    return _back(pk)
