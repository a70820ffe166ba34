from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessment", "0018_objection_milestones")]

    operations = [
        migrations.AddField(
            model_name="scoreobjection",
            name="document_number",
            field=models.CharField(blank=True, max_length=60, verbose_name="答复文号"),
        ),
    ]
