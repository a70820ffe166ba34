"""Drafts: begun, copied, kept as they are typed, thrown away."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Activity, Participation
from core import audit
from core.errors import RuleError
from organisations.models import Organisation
from partnerships.models import Member, Partnership

# Facts of a draft by field: plain values, the id of one row, sorted tuples of several ids.
Facts = dict[str, Any]

PLAIN = ("title", "starts_on", "ends_on", "place", "is_themed", "head_count", "summary", "outcome")
SEVERAL = ("partnerships", "content_kinds", "joint_tags")
# What a party has confirmed: when one of these changes, it is asked anew.
CONFIRMED_FACTS = ("title", "starts_on", "ends_on", "place")
# What a copy takes over; dates, figures and results are of the new event.
COPIED = ("title", "place", "is_themed", "summary")


class DraftConflictError(Exception):
    """The draft was saved from elsewhere since this window opened it; nothing was written."""

    def __init__(self, activity: Activity, mine: Facts, saved: Facts) -> None:
        super().__init__(activity.pk)
        self.activity = activity
        self.mine = mine
        self.saved = saved

    @property
    def differing(self) -> list[str]:
        return [name for name in self.saved if self.mine[name] != self.saved[name]]


def facts_of(activity: Activity) -> Facts:
    """What is saved of an activity, in the shape that `save_draft` takes."""
    facts: Facts = {name: getattr(activity, name) for name in PLAIN}
    parts = list(activity.participations.values_list("organisation_id", "is_host"))
    facts["reporter"] = activity.reporter_id
    facts["host"] = next((pk for pk, is_host in parts if is_host), None)
    facts["joint_units"] = tuple(sorted(pk for pk, is_host in parts if not is_host))
    for name in SEVERAL:
        rows = getattr(activity, name).values_list("pk", flat=True)
        facts[name] = tuple(sorted(rows))
    return facts


@transaction.atomic
def start_activity(
    reporter: Organisation, *, by: User, partnership: Partnership | None = None
) -> Activity:
    """An empty draft of the unit: the user's own untouched one again, or a new one.

    With a partnership, its members and content kinds are filled in.
    """
    untouched = Activity.objects.select_for_update().filter(
        created_by=by, reporter=reporter, status=Activity.Status.DRAFT, version=1
    )
    activity = untouched.first() or Activity.objects.create(reporter=reporter, created_by=by)
    if not activity.participations.exists():
        activity.participations.create(organisation=reporter, is_host=True)
    if partnership:
        chosen = {"partnerships": (partnership.pk,)}
        save_draft(activity, facts=chosen, version=activity.version, window="", by=by)
    return activity


@transaction.atomic
def enter_draft(facts: Facts, *, by: User, distinct_from: Iterable[int] = ()) -> Activity:
    """A new draft with exactly these facts, all of them named, as a ledger has them.

    `distinct_from` are ids of reports that the user says are about another event.
    """
    activity = Activity.objects.create(reporter_id=facts["reporter"], created_by=by)
    _write(activity, facts, by=by, window="")
    activity.distinct_from.add(*Activity.objects.filter(pk__in=distinct_from))
    return activity


@transaction.atomic
def copy_activity(activity: Activity, *, by: User) -> Activity:
    """A new draft with what usually stays the same; expired units and ended projects left out."""
    draft = start_activity(activity.reporter, by=by)
    facts = facts_of(activity)
    kept = {name: facts[name] for name in (*COPIED, "host", "content_kinds", "joint_tags")}
    units = Organisation.objects.active_on(timezone.localdate())
    kept["joint_units"] = _ids(units.filter(pk__in=facts["joint_units"]))
    if not units.filter(pk=facts["host"]).exists():
        kept["host"] = None
    running = Partnership.objects.filter(
        pk__in=facts["partnerships"], status=Partnership.Status.ACTIVE
    )
    kept["partnerships"] = _ids(running)
    _write(draft, facts_of(draft) | kept, by=by, window="")
    return draft


def _ids(rows: Any) -> tuple[int, ...]:
    return tuple(sorted(rows.values_list("pk", flat=True)))


@transaction.atomic
def save_draft(
    activity: Activity, *, facts: Facts, version: int, window: str, by: User
) -> Activity:
    """Keep what was typed, complete or not; fields missing from `facts` stay as they are.

    `version` is the one that the window last knew, `window` its name. A partnership newly chosen
    brings its members and content kinds along; one given up takes them away again.
    DraftConflictError when something else was saved meanwhile from another window; RuleError when
    the report is no longer open. Keeping a draft is not a deed: the audit log begins with sending.
    """
    locked = Activity.objects.select_for_update().get(pk=activity.pk)
    if not locked.is_open:
        raise RuleError(
            _("这份报送现在是“%s”，不能再修改；要改请先撤回。") % locked.get_status_display()
        )
    saved = facts_of(locked)
    wanted = saved | facts
    if wanted == saved:
        return locked
    if locked.version != version and locked.saved_from != window:
        raise DraftConflictError(locked, mine=wanted, saved=saved)
    if wanted["reporter"] != saved["reporter"] == wanted["host"] == saved["host"]:
        # The host was only preset; who reports now hosts now.
        wanted["host"] = wanted["reporter"]
        wanted["joint_units"] = tuple(p for p in wanted["joint_units"] if p != wanted["host"])
    if wanted["partnerships"] != saved["partnerships"]:
        wanted |= _with_members(wanted, saved["partnerships"])
    _write(locked, wanted, by=by, window=window)
    if locked.submitted_at and any(wanted[name] != saved[name] for name in CONFIRMED_FACTS):
        _ask_anew(locked)
    return locked


def _with_members(wanted: Facts, before: tuple[int, ...]) -> Facts:
    """Joint units and content kinds after the choice of partnerships changed."""
    chosen, known = set(wanted["partnerships"]), set(before)
    touched = Partnership.objects.filter(pk__in=chosen | known)
    members = _gather(
        Member.objects.filter(
            partnership__in=touched,
            consent=Member.Consent.AGREED,
            organisation__in=Organisation.objects.active_on(timezone.localdate()),
        ).values_list("partnership_id", "organisation_id")
    )
    kinds = _gather(touched.values_list("pk", "content_kinds").exclude(content_kinds=None))
    units = _changed(wanted["joint_units"], members, chosen, known)
    units = [pk for pk in units if pk != wanted["host"]]
    return {
        "joint_units": tuple(units),
        "content_kinds": _changed(wanted["content_kinds"], kinds, chosen, known),
    }


def _gather(pairs: Any) -> dict[int, set[int]]:
    gathered: dict[int, set[int]] = {}
    for key, value in pairs:
        gathered.setdefault(key, set()).add(value)
    return gathered


def _changed(
    present: tuple[int, ...], brought: dict[int, set[int]], chosen: set[int], known: set[int]
) -> tuple[int, ...]:
    """Add what new partnerships bring, take away what only given-up ones brought."""
    added = set().union(*(brought.get(pk, set()) for pk in chosen - known))
    kept = set().union(*(brought.get(pk, set()) for pk in chosen))
    gone = set().union(*(brought.get(pk, set()) for pk in known - chosen)) - kept
    return tuple(sorted((set(present) | added) - gone))


def _write(activity: Activity, facts: Facts, *, by: User, window: str) -> None:
    for name in PLAIN:
        setattr(activity, name, facts[name])
    activity.reporter_id = facts["reporter"]
    activity.version += 1
    activity.saved_at, activity.saved_by, activity.saved_from = timezone.now(), by, window
    stamps = ("reporter", "version", "saved_at", "saved_by", "saved_from")
    activity.save(update_fields=[*PLAIN, *stamps])
    for name in SEVERAL:
        getattr(activity, name).set(facts[name])
    _write_parts(activity, facts["host"], set(facts["joint_units"]))


def _write_parts(activity: Activity, host: int | None, joint: set[int]) -> None:
    """Rows that stay keep their answers; partners outside the county are not asked."""
    units = joint | ({host} if host else set())
    activity.participations.exclude(organisation__in=units).delete()
    # Two hosts at once would break a constraint, even for a moment.
    activity.participations.exclude(organisation=host).update(is_host=False)
    activity.participations.filter(organisation=host).update(is_host=True)
    known = set(activity.participations.values_list("organisation_id", flat=True))
    new = Organisation.objects.filter(pk__in=units - known).order_by("pk")
    Participation.objects.bulk_create(
        Participation(
            activity=activity,
            organisation=organisation,
            is_host=organisation.pk == host,
            confirmation=_first_answer(organisation),
        )
        for organisation in new
    )


def _first_answer(organisation: Organisation) -> str:
    asked = Participation.Confirmation.PENDING
    return Participation.Confirmation.NOT_ASKED if organisation.is_external else asked


def _ask_anew(activity: Activity) -> None:
    activity.participations.exclude(confirmation=Participation.Confirmation.NOT_ASKED).update(
        confirmation=Participation.Confirmation.PENDING, confirmed_at=None, confirmed_by=None
    )


@transaction.atomic
def delete_draft(activity: Activity, *, by: User) -> None:
    """Throw a draft away with its files; a report that was sent once stays."""
    locked = Activity.objects.select_for_update().get(pk=activity.pk)
    if locked.status != Activity.Status.DRAFT:
        raise RuleError(_("这份报送已经不是草稿，不能删除。"))
    files = [attachment.file for attachment in locked.attachments.all()]
    audit.record(
        "activities.delete_draft",
        locked,
        by=by,
        before=audit.snapshot(locked, ["title", "starts_on"]),
    )
    locked.delete()
    transaction.on_commit(lambda: _remove_files(files))


def _remove_files(files: list[Any]) -> None:
    for file in files:
        file.storage.delete(file.name)
