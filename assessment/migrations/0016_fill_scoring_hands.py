"""Who had a hand in the results so far: from what stands, and from the log where it was undone.

Of a veto that was withdrawn before, the log does not say to which scheme it belonged.
"""

from django.db import migrations

VERBS = {"assessment.save_marks": "mark", "assessment.save_imported_values": "value"}


def fill(apps, schema_editor):
    found = {}
    for scheme, kind, at, by in sorted(_standing(apps) + _logged(apps)):
        found.setdefault((scheme, kind, by), at)
    hand = apps.get_model("assessment", "ScoringHand")
    hand.objects.bulk_create(
        hand(scheme_id=scheme, kind=kind, first_by_id=by, first_at=at)
        for (scheme, kind, by), at in found.items()
    )


def _standing(apps):
    kinds = (
        ("ManualMark", "mark", "indicator__scheme", "marked"),
        ("ImportedValue", "value", "indicator__scheme", "entered"),
        ("Veto", "veto", "scheme", "recorded"),
    )
    found = []
    for model, kind, scheme, deed in kinds:
        rows = apps.get_model("assessment", model).objects.order_by()
        columns = rows.values_list(scheme, f"{deed}_at", f"{deed}_by")
        found += [(place, kind, at, by) for place, at, by in columns]
    return found


def _logged(apps):
    schemes = dict(
        apps.get_model("assessment", "Indicator").objects.order_by().values_list("pk", "scheme")
    )
    records = apps.get_model("core", "AuditRecord").objects.filter(
        verb__in=VERBS, outcome="success", by__isnull=False
    )
    rows = records.order_by().values_list("subject_id", "verb", "at", "by")
    return [
        (schemes[int(leaf)], VERBS[verb], at, by)
        for leaf, verb, at, by in rows.iterator()
        if leaf.isdecimal() and int(leaf) in schemes
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0015_scoring_hands"),
        ("core", "0006_stoppable_jobs"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
