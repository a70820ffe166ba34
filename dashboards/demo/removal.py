"""Takes the demonstration year out again; the register, real users and the audit log stay.

What belongs to it is told by who made it: the accounts that the seed opened, and all that was
entered under them since. Tables that name no author are looked up in the audit log.
"""

from django.db import models, transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Activity, Attachment, CollectionWindow, NewsItem, ShowcaseCase
from assessment.models import (
    Correction,
    ImportedValue,
    ManualMark,
    ObjectionFile,
    Rehearsal,
    ResultNotice,
    Run,
    Scheme,
    Score,
    ScoreObjection,
)
from core import audit, demo
from core.errors import RuleError
from core.files import forget_file
from core.lists.models import ColumnChoice, SavedFilter
from core.models import AuditRecord, DemoYear, ExportFile, ImportRun, Job, RememberedMapping
from dashboards.demo.changes import undo_changes
from dashboards.demo.trail import ORIGIN
from demonstrations.models import StandardSite, Title, TitleNotice
from organisations.models import (
    Assignment,
    Booking,
    Contact,
    Handover,
    Organisation,
    OrganisationChange,
    Resource,
)
from partnerships.models import Partnership
from rewards.models import Allocation, RewardPlan
from supervision.models import Inspection

MOST_NAMED = 3
CLOSED = "（演示）"


@transaction.atomic
def remove_demo() -> dict[str, int]:
    """Remove all of it or nothing; returns how many rows of each model went.

    RuleError when there is none, or when real data rests on it: the sentence names them.
    """
    if not DemoYear.objects.exists():
        raise RuleError(_("数据库里没有演示数据，没有改动。"))
    users = _demo_users()
    Assignment.objects.filter(user__in=users).delete()
    try:
        removed = _remove_data(users)
    except ProtectedError as error:
        raise RuleError(_in_words(error)) from error
    removed["accounts.User"] = sum(_remove_user(user) for user in users)
    DemoYear.objects.all().delete()
    audit.record("dashboards.remove_demo", by=None, after=removed)
    transaction.on_commit(demo.forget)
    return removed


def _demo_users() -> list[User]:
    """The accounts that the seed opened, and those opened under them since."""
    found: set[str] = set()
    while True:
        by_them = Q(by__in=[int(key) for key in found]) | Q(origin=ORIGIN, by=None)
        opened = AuditRecord.objects.filter(by_them, verb="accounts.create_user")
        known = set(opened.values_list("subject_id", flat=True))
        if known == found:
            return list(User.objects.filter(pk__in=found))
        found = known


def _entered_by(model: type[models.Model], users: list[User], *verbs: str) -> models.QuerySet:
    """Rows whose table names no author: the audit log knows who entered them."""
    by_them = Q(by__in=users) | Q(origin=ORIGIN, by=None)
    records = AuditRecord.objects.filter(by_them, verb__in=verbs, subject_type=model._meta.label)
    return model.objects.filter(pk__in=list(map(int, records.values_list("subject_id", flat=True))))


def _remove_data(users: list[User]) -> dict[str, int]:
    """From what rests on others down to what others rest on."""
    _forget_files(users)
    assessed, reported = _assessed(users), _reported(users)
    changed = undo_changes(users)
    in_order = [*assessed, *reported, *_named(users), *_habits(users), *_registered(users)]
    removed = {rows.model._meta.label: _delete(rows) for rows in in_order}
    return removed | {OrganisationChange._meta.label: changed}


def _forget_files(users: list[User]) -> None:
    attachments = Attachment.objects.filter(activity__created_by__in=users)
    exports = ExportFile.objects.filter(job__requested_by__in=users)
    imports = ImportRun.objects.filter(requested_by__in=users)
    for row in (*attachments, *exports, *imports):
        forget_file(row.file)


def _assessed(users: list[User]) -> list[models.QuerySet]:
    """Rewards, results and schemes; what rests on them goes at once."""
    plans = RewardPlan.objects.filter(created_by__in=users)
    schemes = Scheme.objects.filter(created_by__in=users)
    Allocation.objects.filter(plan__in=plans).delete()
    _remove_decisions(schemes)
    _remove_entries(schemes, users)
    return [
        plans,
        Run.objects.filter(scheme__in=schemes),
        schemes,
        ImportRun.objects.filter(requested_by__in=users),
        Job.objects.filter(requested_by__in=users, run=None),
    ]


def _reported(users: list[User]) -> list[models.QuerySet]:
    """Activities and what is reported beside them, then the partnerships, freed of each other."""
    partnerships = Partnership.objects.filter(proposed_by__in=users)
    Partnership.objects.filter(parent__in=partnerships).update(parent=None)
    return [
        Inspection.objects.filter(recorded_by__in=users),
        CollectionWindow.objects.filter(opened_by__in=users),
        ShowcaseCase.objects.filter(created_by__in=users),
        NewsItem.objects.filter(recorded_by__in=users),
        Activity.objects.filter(created_by__in=users),
        partnerships,
    ]


def _named(users: list[User]) -> list[models.QuerySet]:
    """Titles, sites, and what units keep about themselves."""
    titles = ("demonstrations.create_title", "demonstrations.start_cultivation")
    return [
        _entered_by(Title, users, *titles),
        TitleNotice.objects.filter(created_by__in=users, titles=None),
        _entered_by(StandardSite, users, "demonstrations.create_site"),
        Contact.objects.filter(updated_by__in=users),
        Handover.objects.filter(proposed_by__in=users),
        Booking.objects.filter(asked_by__in=users),
    ]


def _registered(users: list[User]) -> list[models.QuerySet]:
    """What stands in the registers, the units last."""
    return [
        _entered_by(Resource, users, "organisations.create_resource"),
        _entered_by(Organisation, users, "organisations.create_organisation"),
    ]


def _remove_decisions(schemes: models.QuerySet) -> None:
    """What rests on published results: corrections, objections with their files, the notice."""
    objections = ScoreObjection.objects.filter(notice__scheme__in=schemes)
    for row in ObjectionFile.objects.filter(objection__in=objections):
        forget_file(row.file)
    Correction.objects.filter(scheme__in=schemes).delete()
    objections.delete()
    ResultNotice.objects.filter(scheme__in=schemes).delete()
    # A corrected run rests on the one before it.
    Run.objects.filter(scheme__in=schemes).update(based_on=None)


def _remove_entries(schemes: models.QuerySet, users: list[User]) -> None:
    """What rests on the lines and the results of a scheme: scores, marks, values, rehearsals."""
    Score.objects.filter(run__scheme__in=schemes).delete()
    ManualMark.objects.filter(indicator__scheme__in=schemes).delete()
    ImportedValue.objects.filter(indicator__scheme__in=schemes).delete()
    compared = Q(scheme__in=schemes) | Q(baseline__scheme__in=schemes)
    Rehearsal.objects.filter(compared | Q(made_by__in=users)).delete()


def _habits(users: list[User]) -> list[models.QuerySet]:
    """What a closed account has no use for: its filters, its columns, its heads of ledgers."""
    return [
        SavedFilter.objects.filter(owner__in=users),
        ColumnChoice.objects.filter(user__in=users),
        RememberedMapping.objects.filter(user__in=users),
    ]


def _delete(rows: models.QuerySet) -> int:
    count = rows.count()
    rows.delete()
    return count


def _remove_user(user: User) -> bool:
    """Delete the account; one that has signed something stays, closed, as its signature does."""
    try:
        with transaction.atomic():
            user.delete()
    except ProtectedError:
        user.is_active = False
        user.set_unusable_password()
        user.name = user.name.removesuffix(CLOSED) + CLOSED
        user.save(update_fields=["is_active", "password", "name"])
        return False
    return True


def _in_words(error: ProtectedError) -> str:
    resting = sorted(f"{row._meta.verbose_name}“{row}”" for row in error.protected_objects)
    named = "、".join(resting[:MOST_NAMED])
    return _(
        "有 %(count)d 条正式数据引用了演示数据（%(named)s），请先修改或删除它们；没有改动任何数据。"
    ) % {"count": len(resting), "named": named}
