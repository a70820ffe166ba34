"""Who may do what, and how far: the only source of both menus and checks.

A right is a row `action: {role: scope}`. A user holds the rights of the roles in their current
assignments; the scope says over which organisations, counted from the assignment's organisation.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OFFICE_STAFF = "office_staff", _("旗创建办工作人员")
    OFFICE_DIRECTOR = "office_director", _("创建办负责人")
    LIAISON = "liaison", _("单位联络员")
    SCORER = "scorer", _("负责考核部门")
    LEADER = "leader", _("领导")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDITOR = "auditor", _("审计员")


class Scope(models.TextChoices):
    OWN = "own", _("本单位及代办单位")
    COUNTY = "county", _("本旗县")
    REGION = "region", _("本辖区")
    ALL = "all", _("全部")


# 三员: nobody holds two of the three.
ADMINISTRATORS = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR}

OFFICE = {Role.OFFICE_STAFF: Scope.REGION, Role.OFFICE_DIRECTOR: Scope.REGION}
STAFF = {Role.OFFICE_STAFF: Scope.REGION}
STAFF_OWN = {Role.OFFICE_STAFF: Scope.OWN}
DIRECTOR = {Role.OFFICE_DIRECTOR: Scope.REGION}
LEADER = {Role.LEADER: Scope.REGION}
LIAISON = {Role.LIAISON: Scope.OWN}
LIAISON_COUNTY = {Role.LIAISON: Scope.COUNTY}
SCORER = {Role.SCORER: Scope.OWN}
SCORER_COUNTY = {Role.SCORER: Scope.COUNTY}

RIGHTS: dict[str, dict[Role, Scope]] = {
    # The register is a directory: whoever works in the county may look a unit up.
    "organisation.view": OFFICE | LEADER | LIAISON_COUNTY | SCORER_COUNTY,
    "organisation.edit": STAFF,
    "contact.edit": STAFF | LIAISON,
    "resource.view": OFFICE | LEADER | LIAISON_COUNTY,
    "resource.edit": STAFF | LIAISON,
    # The office asks and answers for itself; for others it writes down what it was told.
    "resource.request": STAFF_OWN | LIAISON,
    "resource.answer": STAFF_OWN | LIAISON,
    "resource.record": STAFF,
    "booking.view": OFFICE | LEADER | LIAISON,
    "handover.propose": STAFF | LIAISON | SCORER,
    "title.view": OFFICE | LEADER | LIAISON_COUNTY,
    "title.edit": STAFF,
    # The whole way of a title, from the cultivation pool on; others see it from the notice on.
    "title.follow": OFFICE | LEADER | LIAISON,
    "title.decide": DIRECTOR,
    "title.rule": OFFICE,
    "objection.view": OFFICE | LEADER,
    "site.accept": OFFICE,
    "partnership.view": OFFICE | LEADER | LIAISON,
    "partnership.propose": STAFF | LIAISON,
    "partnership.consent": LIAISON,
    "partnership.decide": STAFF,
    "activity.view": OFFICE | LEADER | LIAISON,
    "activity.report": LIAISON,
    "activity.confirm": LIAISON,
    "activity.review": STAFF,
    # The library itself is open to all.
    "showcase.edit": STAFF,
    "news.view": OFFICE | LEADER | LIAISON,
    "news.edit": STAFF | LIAISON,
    "window.view": OFFICE | LEADER | LIAISON,
    "window.edit": STAFF,
    # For who has no account the office writes down what it was told.
    "window.answer": STAFF_OWN | LIAISON,
    "inspection.view": OFFICE | LEADER | LIAISON,
    "inspection.edit": STAFF,
    "finding.rectify": LIAISON,
    "scheme.view": OFFICE | LEADER | LIAISON_COUNTY | SCORER_COUNTY,
    "scheme.edit": STAFF,
    # A table that the office was sent, tried on a file; nothing is kept.
    "scheme.rehearse": OFFICE,
    "scheme.publish": DIRECTOR,
    "score.compute": STAFF,
    "run.view": OFFICE | LEADER,
    "score.view": OFFICE | LEADER | LIAISON,
    "score.approve": DIRECTOR,
    # The figures by which the office balances inside the groups (组内平衡).
    "balance.view": OFFICE | LEADER,
    "score.balance": STAFF,
    "notice.open": OFFICE,
    "score_objection.view": OFFICE | LEADER | LIAISON,
    "objection.file": LIAISON,
    "objection.answer": STAFF,
    "objection.decide": DIRECTOR,
    "correction.view": OFFICE | LEADER,
    # The letter that tells a unit of its own; the list of all is not its affair.
    "correction.receive": LIAISON,
    "correction.propose": STAFF,
    "correction.confirm": DIRECTOR,
    "annual.export": OFFICE | LEADER,
    "annual.weigh": STAFF,
    "mark.enter": SCORER,
    "veto.record": STAFF,
    "sheet.export": OFFICE | LEADER | LIAISON,
    "reward.view": OFFICE | LEADER | LIAISON,
    "reward.edit": STAFF,
    "reward.approve": DIRECTOR,
    "dashboard.view": OFFICE | LEADER,
    "account.view": {Role.SYSTEM_ADMIN: Scope.ALL, Role.SECURITY_ADMIN: Scope.ALL},
    "account.edit": {Role.SYSTEM_ADMIN: Scope.ALL},
    "role.grant": {Role.SECURITY_ADMIN: Scope.ALL},
    "account.unlock": {Role.SECURITY_ADMIN: Scope.ALL},
    "audit.view": {Role.AUDITOR: Scope.ALL},
}
