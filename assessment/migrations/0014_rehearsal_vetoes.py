from django.db import migrations, models


class Migration(migrations.Migration):
    """Rehearsals made so far took no vetoes along; from now on they do unless told otherwise."""

    dependencies = [("assessment", "0013_rehearsals")]

    operations = [
        migrations.AddField(
            model_name="rehearsal",
            name="takes_vetoes",
            field=models.BooleanField(default=False, verbose_name="带入上年的否决"),
        ),
        migrations.AlterField(
            model_name="rehearsal",
            name="takes_vetoes",
            field=models.BooleanField(default=True, verbose_name="带入上年的否决"),
        ),
    ]
