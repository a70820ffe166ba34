"""A rule for each level to begin with; the office changes them on a page.

The national term and the order of the levels come from the national measures; the other terms
follow what prefectures and counties usually set.
"""

from django.db import migrations

# Level, years valid, working days of notice, prerequisite, months of warning.
RULES = (
    ("national", 5, 5, "regional", 12),
    ("regional", 5, 5, "city", 6),
    ("city", 3, 5, "county", 6),
    ("county", 3, 5, "", 6),
)


def add_rules(apps, schema_editor):
    rule_model = apps.get_model("demonstrations", "TitleRule")
    for level, years, days, prerequisite, months in RULES:
        facts = {
            "validity_years": years,
            "notice_days": days,
            "prerequisite": prerequisite,
            "warn_months": months,
        }
        rule_model.objects.get_or_create(level=level, defaults=facts)


def remove_rules(apps, schema_editor):
    apps.get_model("demonstrations", "TitleRule").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("demonstrations", "0003_site_checklists")]

    operations = [migrations.RunPython(add_rules, remove_rules)]
