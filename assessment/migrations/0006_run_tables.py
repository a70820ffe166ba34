import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0005_imported_values"),
        ("organisations", "0009_organisation_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="based_on",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="continued_by",
                to="assessment.run",
                verbose_name="沿用的计算",
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="single_runs",
                to="organisations.organisation",
                verbose_name="只重算的单位",
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="table",
            field=models.JSONField(blank=True, default=dict, verbose_name="赋分办法"),
        ),
        migrations.AddField(
            model_name="scoreline",
            name="note",
            field=models.CharField(blank=True, max_length=200, verbose_name="更正依据"),
        ),
    ]
