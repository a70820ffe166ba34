"""Checklists for the acceptance of standard sites."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleError
from demonstrations.models import SiteCheckItem, SiteChecklist
from organisations.models import TradeSystem


@dataclass(frozen=True)
class ItemFacts:
    text: str
    is_required: bool


@transaction.atomic
def save_checklist(
    trade_system: TradeSystem | None,
    *,
    items: Sequence[ItemFacts],
    by: User,
    seen_version: int | None = None,
) -> SiteChecklist:
    """Make the next version of a system's list (None: the list for all systems).

    Sites stay accepted on the version that was used. `seen_version` is the one the user's form
    was made from (0: none was there): when another followed meanwhile, the user is told.
    """
    versions = SiteChecklist.objects.select_for_update().filter(trade_system=trade_system)
    latest = versions.order_by("-version").first()
    _check(items, latest, seen_version)
    if latest and _same(latest, items):
        return latest
    versions.update(is_current=False)
    checklist = SiteChecklist.objects.create(
        trade_system=trade_system, version=latest.version + 1 if latest else 1, created_by=by
    )
    SiteCheckItem.objects.bulk_create(
        SiteCheckItem(
            checklist=checklist, text=item.text, is_required=item.is_required, order=order
        )
        for order, item in enumerate(items)
    )
    after = {"version": checklist.version, "items": [_in_words(item) for item in items]}
    audit.record("demonstrations.save_checklist", checklist, by=by, after=after)
    return checklist


def _check(
    items: Sequence[ItemFacts], latest: SiteChecklist | None, seen_version: int | None
) -> None:
    now = latest.version if latest else 0
    if seen_version is not None and seen_version != now:
        raise RuleError(
            _("填写期间这份清单已改成第 %d 版。核对后再次保存，以本次填写的为准。") % now
        )
    if not any(item.is_required for item in items):
        raise RuleError(_("清单至少有一个必达项目。"))
    texts = [item.text for item in items]
    twice = next((text for text in texts if texts.count(text) > 1), "")
    if twice:
        raise RuleError(_("“%s”写了两遍，请删去一处。") % twice)


def _same(checklist: SiteChecklist, items: Sequence[ItemFacts]) -> bool:
    stored = [ItemFacts(item.text, item.is_required) for item in checklist.items.all()]
    return stored == list(items)


def _in_words(item: ItemFacts) -> str:
    return item.text + (_("（必达）") if item.is_required else "")
