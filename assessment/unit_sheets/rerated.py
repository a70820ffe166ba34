"""Activities whose grade or difficulty changed between two runs: what moved a line without them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from activities.models import Activity, Participation
from activities.ratings import CHANGED, told_change
from assessment.metrics import METRICS
from assessment.metrics.activities import QUALITY
from assessment.metrics.base import WEIGHTED
from assessment.models import Indicator, Run
from assessment.unit_sheets.evidence import query_of
from core.models import AuditRecord

MOST_NAMED = 3


def rerated(organisation_id: int, run: Run, before: Run, leaves: Iterable[Indicator]) -> list[str]:
    """A sentence for each change of an activity of the unit that the runs lie before and after.

    Two queries; none where no leaf looks at grades or difficulty.
    """
    if not any(looks_at_rating(leaf, run) for leaf in leaves):
        return []
    ended = [old for old, heir in run.successions.items() if heir == organisation_id]
    mine = Participation.objects.filter(
        organisation__in=[organisation_id, *ended], activity__starts_on__year=run.scheme.year
    )
    records = AuditRecord.objects.filter(
        verb=CHANGED,
        outcome=AuditRecord.Outcome.SUCCESS,
        subject_type=Activity._meta.label,
        subject_id__in=[str(pk) for pk in mine.values_list("activity_id", flat=True)],
        at__gt=before.data_as_of,
        at__lte=run.data_as_of,
    ).order_by("pk")
    told = [
        _("“%(activity)s”改评，%(change)s（%(reason)s）")
        % {
            "activity": record.subject_label,
            "change": told_change(record.before, record.after),
            "reason": record.reason,
        }
        for record in records
    ]
    more = len(told) - MOST_NAMED
    return told[:MOST_NAMED] + ([_("另有 %s 次改评") % more] if more > 0 else [])


def looks_at_rating(leaf: Indicator, run: Run) -> bool:
    """Whether the leaf counts by quality grade or by difficulty."""
    if leaf.source != Indicator.Source.METRIC:
        return False
    if leaf.metric_filters.keys() & {"quality", WEIGHTED}:
        return True
    names = METRICS[leaf.metric].names_for(query_of(run, leaf).shape)
    return names is not None and names.kinds is QUALITY
