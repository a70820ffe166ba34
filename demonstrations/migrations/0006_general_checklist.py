"""A checklist for all trade systems to begin with; the office writes its own."""

from django.db import migrations

# What is checked, and whether a site cannot be accepted without it.
ITEMS = (
    ("有固定场所和醒目标识", True),
    ("有铸牢中华民族共同体意识的展示内容", True),
    ("有专人负责、有工作制度", True),
    ("有年度计划和活动记录", True),
    ("本年度开展主题活动不少于 2 次", True),
    ("与其他单位结对或联动", False),
    ("有可复制的经验材料", False),
)


def add_checklist(apps, schema_editor):
    checklist_model = apps.get_model("demonstrations", "SiteChecklist")
    item_model = apps.get_model("demonstrations", "SiteCheckItem")
    checklist = checklist_model.objects.create()
    item_model.objects.bulk_create(
        item_model(checklist=checklist, text=text, is_required=required, order=order)
        for order, (text, required) in enumerate(ITEMS)
    )


def remove_checklists(apps, schema_editor):
    apps.get_model("demonstrations", "SiteAcceptance").objects.all().delete()
    apps.get_model("demonstrations", "SiteChecklist").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("demonstrations", "0005_steps_of_named_titles")]

    operations = [migrations.RunPython(add_checklist, remove_checklists)]
