"""Changing the table of a draft."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import Indicator, Scheme
from core import audit
from core.errors import RuleError

FACTS = (
    "scheme_id",
    "parent",
    "code",
    "name",
    "role",
    "points",
    "rule_kind",
    "params",
    "source",
    "metric",
    "metric_filters",
    "applies_to",
    "department",
)


@transaction.atomic
def save_indicator(indicator: Indicator, *, by: User) -> Indicator:
    """Write a new or changed indicator of a draft; a new one stands last."""
    _require_draft(indicator.scheme_id)
    stored = Indicator.objects.filter(pk=indicator.pk).first()
    if stored is None:
        last = Indicator.objects.filter(scheme=indicator.scheme).aggregate(last=Max("order"))
        indicator.order = (last["last"] or 0) + 1
    indicator.save()
    audit.record(
        "assessment.save_indicator",
        indicator,
        by=by,
        before=audit.snapshot(stored, FACTS) if stored else {},
        after=audit.snapshot(indicator, FACTS),
        is_decision=True,
    )
    return indicator


@transaction.atomic
def delete_indicator(indicator: Indicator, *, by: User) -> None:
    """Take an indicator, and what stands below it, out of a draft."""
    _require_draft(indicator.scheme_id)
    before = audit.snapshot(indicator, FACTS)
    audit.record("assessment.delete_indicator", indicator, by=by, before=before, is_decision=True)
    indicator.delete()


def _require_draft(scheme_id: int) -> None:
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=scheme_id)
    if scheme.status != Scheme.Status.DRAFT:
        raise RuleError(_("方案已发布，指标不能再改；需要改动请另起草新方案。"))
