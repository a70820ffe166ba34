"""Places in partnerships, steps of their plans, sites and titles that did not count."""

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import IndustryLinkage
from assessment.unit_sheets.near_misses.asked import Asked, Finder, shown
from demonstrations.models import StandardSite, Title
from partnerships.models import Member, Milestone, Partnership


def _of_year(asked: Asked) -> QuerySet[Member]:
    return Member.objects.filter(partnership__starts_on__year__lte=asked.query.year).exclude(
        partnership__ends_on__year__lt=asked.query.year
    )


def _places(asked: Asked) -> QuerySet[Member]:
    return _of_year(asked).filter(organisation__in=asked.units)


def _others(asked: Asked) -> QuerySet[Member]:
    """The other members of the partnerships that the unit leads."""
    return (
        _of_year(asked)
        .filter(partnership__lead__in=asked.units)
        .exclude(organisation=F("partnership__lead"))
    )


def _not_running(place: Member, asked: Asked) -> str:
    partnership = place.partnership
    if partnership.status not in Partnership.COUNTED:
        words = {"state": partnership.get_status_display()}
        return _("项目现在是“%(state)s”，启动实施才计入") % words
    if place.consent == Member.Consent.AGREED:
        if max(partnership.decided_at, place.consent_at) > asked.query.data_as_of:
            return _("这次计算之后才启动或同意，下次计算计入")
        if place.taken_over_on and place.taken_over_on.year > asked.query.year:
            return _("%(day)s 才承接这个项目") % {"day": shown(place.taken_over_on)}
    return ""


def _place_reason(place: Member, asked: Asked) -> str:
    if told := _not_running(place, asked):
        return told
    if place.consent != Member.Consent.AGREED:
        words = {"state": place.get_consent_display()}
        return _("本单位的意愿是“%(state)s”，同意参加才计入") % words
    return asked.condition()


def _partner_reason(place: Member, asked: Asked) -> str:
    told = _place_reason(place, asked)
    others = [
        one
        for one in place.partnership.members.all()
        if one.has_agreed and one.organisation_id != place.organisation_id
    ]
    if told == asked.condition() and not others:
        return _("还没有别的成员同意参加")
    return told


def _other_reason(place: Member, asked: Asked) -> str:
    if told := _not_running(place, asked):
        return told
    if place.consent != Member.Consent.AGREED:
        words = {"unit": place.organisation.short_name, "state": place.get_consent_display()}
        return _("“%(unit)s”的意愿是“%(state)s”，同意参加才计入") % words
    return asked.condition()


def _steps(asked: Asked) -> QuerySet[Milestone]:
    """Of all partnerships that the unit is in: whoever did its part wonders why it has nothing."""
    own = Member.objects.filter(organisation__in=asked.units).values("partnership")
    steps = Milestone.objects.filter(partnership__in=own, due_on__year=asked.query.year)
    return steps.select_related("partnership__lead")


def _step_reason(step: Milestone, asked: Asked) -> str:
    if step.partnership.lead_id not in asked.units:
        words = {"unit": step.partnership.lead.short_name}
        return _("由牵头单位“%(unit)s”计") % words
    if step.done_on is None:
        return _("还没有填写完成日期")
    if step.done_on > step.due_on:
        return _("%(day)s 完成，晚于计划") % {"day": shown(step.done_on)}
    if step.partnership.status not in Partnership.COUNTED:
        words = {"state": step.partnership.get_status_display()}
        return _("项目现在是“%(state)s”，启动实施才计入") % words
    if step.done_on > timezone.localdate(asked.query.data_as_of):
        return _("这次计算之后才完成，下次计算计入")
    return asked.condition()


def _sites(asked: Asked) -> QuerySet[StandardSite]:
    return StandardSite.objects.filter(organisation__in=asked.units)


def _linked_sites(asked: Asked) -> QuerySet[StandardSite]:
    """Sites of the trade systems whose linkages the unit leads, under way or not."""
    led = IndustryLinkage.objects.filter(lead__in=asked.units)
    return StandardSite.objects.filter(trade_system__in=led.values("trade_system"))


def _site_reason(site: StandardSite, asked: Asked) -> str:
    if site.accepted_on is None:
        return _("还没有验收")
    if site.accepted_on > asked.day:
        return _("%(day)s 才验收") % {"day": shown(site.accepted_on)}
    return asked.condition()


def _linked_site_reason(site: StandardSite, asked: Asked) -> str:
    told = _site_reason(site, asked)
    return told if told != asked.condition() else _("本行业的联动项目还没有启动实施")


def _titles(asked: Asked) -> QuerySet[Title]:
    visible = Title.objects.visible_to(asked.user)
    return visible.filter(organisation__in=asked.units)


def _title_reason(title: Title, asked: Asked) -> str:
    if title.named_on is None or title.named_on > asked.day:
        return _("还没有命名（%(state)s）") % {"state": title.get_status_display()}
    if title.valid_until is not None and title.valid_until < asked.day:
        return _("%(day)s 已期满") % {"day": shown(title.valid_until)}
    if title.status in (Title.Status.WITHDRAWN, Title.Status.DROPPED):
        return title.get_status_display()
    return asked.condition()


FINDERS = {
    "partnerships": Finder(_places, _place_reason),
    "partners": Finder(_places, _partner_reason),
    "confirmed_members": Finder(_others, _other_reason),
    "milestones_on_time": Finder(_steps, _step_reason),
    "standard_sites": Finder(_sites, _site_reason),
    "linkage_sites": Finder(_linked_sites, _linked_site_reason),
    "titles": Finder(_titles, _title_reason),
}
