import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0002_scheme_states"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="scheme",
            name="scheme_title_once_a_year",
        ),
        migrations.AddField(
            model_name="scheme",
            name="copied_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="copies",
                to="assessment.scheme",
                verbose_name="复制自",
            ),
        ),
        migrations.AddField(
            model_name="scheme",
            name="version",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="版次"),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.UniqueConstraint(
                fields=("year", "region", "title", "version"), name="scheme_version_once"
            ),
        ),
    ]
