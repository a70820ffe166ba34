from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0017_rehearsal_on_undecided"),
        ("partnerships", "0003_members_passed_on"),
    ]

    operations = [
        migrations.AddField(
            model_name="scoreobjection",
            name="milestones",
            field=models.ManyToManyField(
                blank=True,
                related_name="score_objections",
                to="partnerships.milestone",
                verbose_name="计划事项",
            ),
        ),
    ]
