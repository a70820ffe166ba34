"""Showcase cases: written, corrected, published, withdrawn; drafts deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Activity, ShowcaseCase, ShowcaseKind
from core import audit
from core.errors import RuleError
from organisations.models import Organisation
from partnerships.models import Partnership

FACTS = ["title", "done", "how_to_copy"]
Status = ShowcaseCase.Status


@dataclass(frozen=True)
class CaseFacts:
    """What is told, whom it fits, and who did it."""

    title: str
    done: str
    how_to_copy: str
    kinds: Sequence[str]
    organisations: Iterable[Organisation]


@transaction.atomic
def write_case(source: Activity | Partnership, *, facts: CaseFacts, by: User) -> ShowcaseCase:
    """A draft from an accepted activity, or from a partnership at work or concluded."""
    case = ShowcaseCase(created_by=by)
    if isinstance(source, Activity):
        case.activity = source
        if source.status != Activity.Status.ACCEPTED:
            raise RuleError(_("活动还没有采用，采用后才能写成典型案例。"))
    else:
        case.partnership = source
        if source.status not in Partnership.COUNTED:
            raise RuleError(_("联创项目还没有启动或已取消，不能写成典型案例。"))
    _write(case, facts)
    audit.record("activities.write_case", case, by=by, after=_facts_of(case))
    return case


@transaction.atomic
def change_case(case: ShowcaseCase, *, facts: CaseFacts, by: User) -> ShowcaseCase:
    """Correct a draft or what is published; what is withdrawn stays as it was."""
    locked = _lock(case)
    if locked.status == Status.WITHDRAWN:
        raise RuleError(_("案例已撤下，不能再改；可从原活动或项目另写一篇。"))
    before = _facts_of(locked)
    _write(locked, facts)
    audit.record("activities.change_case", locked, by=by, before=before, after=_facts_of(locked))
    return locked


@transaction.atomic
def publish_case(case: ShowcaseCase, *, by: User) -> ShowcaseCase:
    """Into the library, open to all; from now on it counts for the units that did it."""
    locked = _lock(case, Status.PUBLISHED)
    locked.status, locked.published_at, locked.published_by = Status.PUBLISHED, timezone.now(), by
    locked.save(update_fields=["status", "published_at", "published_by"])
    audit.record("activities.publish_case", locked, by=by, after={"status": locked.status})
    return locked


@transaction.atomic
def withdraw_case(case: ShowcaseCase, *, reason: str, by: User) -> ShowcaseCase:
    """Out of the library, with the reason; it counts no longer."""
    if not reason.strip():
        raise RuleError(_("请写明撤下的原因。"), field="reason")
    locked = _lock(case, Status.WITHDRAWN)
    locked.status, locked.withdrawn_at, locked.withdrawn_by = Status.WITHDRAWN, timezone.now(), by
    locked.withdraw_reason = reason.strip()
    locked.save(update_fields=["status", "withdrawn_at", "withdrawn_by", "withdraw_reason"])
    audit.record("activities.withdraw_case", locked, by=by, reason=locked.withdraw_reason)
    return locked


@transaction.atomic
def delete_case(case: ShowcaseCase, *, by: User) -> None:
    """Only a draft: what was published once stays on record."""
    locked = _lock(case)
    if locked.status != Status.DRAFT:
        raise RuleError(_("案例已发布过，不能删除，只能撤下。"))
    audit.record("activities.delete_case", locked, by=by, before=_facts_of(locked))
    locked.delete()


def _lock(case: ShowcaseCase, wanted: str = "") -> ShowcaseCase:
    locked = ShowcaseCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if wanted and not locked.can_become(wanted):
        raise RuleError(
            _("案例现在是“%s”，刚有人处理过，请刷新页面看最新情况。") % locked.get_status_display()
        )
    return locked


def _write(case: ShowcaseCase, facts: CaseFacts) -> None:
    case.title, case.done, case.how_to_copy = facts.title, facts.done, facts.how_to_copy
    case.save()
    case.organisations.set(facts.organisations)
    case.kinds.exclude(kind__in=facts.kinds).delete()
    held = set(case.kinds.values_list("kind", flat=True))
    ShowcaseKind.objects.bulk_create(
        ShowcaseKind(case=case, kind=kind) for kind in facts.kinds if kind not in held
    )


def _facts_of(case: ShowcaseCase) -> dict:
    return audit.snapshot(case, FACTS) | {
        "kinds": sorted(case.kinds.values_list("kind", flat=True)),
        "organisations": [str(unit) for unit in case.organisations.order_by("pk")],
    }
