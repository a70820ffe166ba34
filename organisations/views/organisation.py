"""One organisation: its facts, who acts for it, what it takes part in, what happened to it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.rights import Role
from core.access import requires
from core.pages import render_page
from core.templatetags.ui import cn_date
from organisations import permissions
from organisations.history import changes_in_words, deed_in_words, records_of
from organisations.models import Organisation, OrganisationName
from organisations.models.kinds import TOWNSHIP_KINDS

RECENT = 5
HISTORY = 20


@require_safe
@requires("organisation.view")
def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user = request.user
    rows = Organisation.objects.visible_to(user).for_list().select_related("contact")
    rows = rows.prefetch_related("names", "offers", "needs")
    organisation = get_object_or_404(rows, pk=pk)
    can_edit = permissions.can_edit_organisation(user, organisation)
    unverified = organisation.verification == Organisation.Verification.UNVERIFIED
    context = {
        "organisation": organisation,
        "facts": _facts(organisation),
        "liaisons": _liaisons(organisation),
        "acted_for": organisation.superior if organisation.is_village else None,
        "contact": getattr(organisation, "contact", None),
        "can_edit_contact": can_edit or permissions.can_edit_contact(user, organisation),
        "can_edit": can_edit,
        "must_verify": can_edit and unverified,
        **_standing(organisation, user),
    }
    if permissions.can_see_history(user, organisation):
        context["history"] = _history(organisation)
    return render_page(request, "organisations/organisation_detail.html", context)


def _standing(organisation: Organisation, user: Any) -> dict[str, Any]:
    """What it takes part in, as far as this user may see it."""
    partnerships = organisation.led_partnerships.model.objects.visible_to(user)
    activities = organisation.reported_activities.model.objects.visible_to(user)
    memberships = organisation.memberships.filter(partnership__in=partnerships)
    joined = organisation.participations.filter(activity__in=activities)
    recent = joined.select_related("activity").order_by("-activity__starts_on", "-pk")
    return {
        "sees_titles": user.can("title.view"),
        "titles": organisation.titles.visible_to(user).for_list(),
        "sites": organisation.sites.visible_to(user).select_related("trade_system"),
        "sees_work": user.can("partnership.view"),
        "memberships": memberships.select_related("partnership").order_by(
            "-partnership__starts_on", "-pk"
        ),
        "participations": recent[:RECENT],
        "villages_url": _villages_url(organisation),
    }


def _villages_url(organisation: Organisation) -> str:
    if organisation.kind not in TOWNSHIP_KINDS:
        return ""
    return f"{reverse('organisations:organisation_list')}?township={organisation.pk}"


def _facts(organisation: Organisation) -> list[dict[str, Any]]:
    superior = organisation.superior
    names = "；".join(_name_in_words(name) for name in organisation.names.all())
    return [
        {"label": _("全称"), "value": organisation.name},
        {"label": _("其他名称"), "value": names},
        {"label": _("类型"), "value": organisation.get_kind_display()},
        {"label": _("行业系统"), "value": organisation.trade_system},
        {"label": _("上级单位"), "value": superior, "url": superior and _url(superior)},
        {"label": _("所在区划"), "value": organisation.region, "help": organisation.region.code},
        {"label": _("带动能力"), "value": _("还能与 %d 家结对") % organisation.capacity},
        {"label": _("结对意愿"), "value": _("愿意") if organisation.is_willing else _("暂不")},
        {"label": _("可提供"), "value": "、".join(t.name for t in organisation.offers.all())},
        {"label": _("有需求"), "value": "、".join(t.name for t in organisation.needs.all())},
        {"label": _("存续"), "value": _validity(organisation)},
    ]


def _url(organisation: Organisation) -> str:
    return reverse("organisations:organisation_detail", args=[organisation.pk])


def _name_in_words(name: OrganisationName) -> str:
    """奈曼旗农牧业局（曾用名，至2019年3月1日）"""
    until = _("，至%s") % cn_date(name.valid_until) if name.valid_until else ""
    return f"{name.name}（{name.get_kind_display()}{until}）"


def _validity(organisation: Organisation) -> str:
    begun, ended = organisation.valid_from, organisation.valid_until
    words = _("%s启用") % cn_date(begun) if begun else ""
    if ended:
        words += ("，" if words else "") + _("%s停用") % cn_date(ended)
    return words or _("现行")


def _liaisons(organisation: Organisation) -> QuerySet:
    """Those of the township serve its villages."""
    acting = organisation
    if organisation.is_village and organisation.superior is not None:
        acting = organisation.superior
    current = acting.assignments.current().filter(role=Role.LIAISON, user__is_active=True)
    return current.select_related("user")


def _history(organisation: Organisation) -> list[dict[str, Any]]:
    return [
        {
            "at": record.at,
            "text": deed_in_words(record),
            "by": record.by_name,
            "detail": changes_in_words(record),
        }
        for record in records_of(organisation)[:HISTORY]
    ]
