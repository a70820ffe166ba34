from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0007_handover")]

    operations = [
        migrations.RemoveConstraint(
            model_name="organisationname",
            name="organisation_name_once",
        ),
        migrations.AddField(
            model_name="organisationname",
            name="short_name",
            field=models.CharField(blank=True, max_length=40, verbose_name="当时简称"),
        ),
        migrations.AddConstraint(
            model_name="organisationname",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_until__isnull", True)),
                fields=("organisation", "name", "kind"),
                name="organisation_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationname",
            constraint=models.UniqueConstraint(
                fields=("organisation", "name", "kind", "valid_until"),
                name="organisation_name_once_a_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationname",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="organisation_name_ends_after_start",
            ),
        ),
    ]
