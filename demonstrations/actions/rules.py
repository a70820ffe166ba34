"""Changing the rule of a level."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import RuleError
from demonstrations.actions.checks import record_changes, refuse_stale
from demonstrations.models import Title, TitleRule

RULE_FIELDS = (
    "validity_years",
    "notice_days",
    "year_quota",
    "batch_quota",
    "prerequisite",
    "prerequisite_years",
    "warn_months",
)


@transaction.atomic
def edit_rule(
    rule: TitleRule, facts: dict[str, Any], *, by: User, seen_at: datetime | None = None
) -> TitleRule:
    """Set the rule; titles and notices that stand already keep the days they were given."""
    current = TitleRule.objects.select_for_update().get(pk=rule.pk)
    refuse_stale(current, seen_at)
    before = audit.snapshot(current, RULE_FIELDS)
    for field, value in facts.items():
        setattr(current, field, value)
    _check(current)
    current.updated_by = by
    current.save()
    record_changes("demonstrations.edit_rule", current, before, by)
    return current


def _check(rule: TitleRule) -> None:
    """A level can only ask for a lower one: round in a circle nobody could ever apply."""
    levels = Title.Level.values
    if rule.prerequisite and levels.index(rule.prerequisite) <= levels.index(rule.level):
        raise RuleError(_("须先有的级别应低于本级别，请改选。"), field="prerequisite")
    if rule.prerequisite_years and not rule.prerequisite:
        raise RuleError(_("没有选须先有的级别，年数请填 0。"), field="prerequisite_years")
