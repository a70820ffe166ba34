"""The trade systems, four of them first movers (the notice, 二（二）), and common resources."""

from django.db import migrations

FIRST_MOVERS = ["教体", "卫健", "工商联", "园区"]
OTHERS = ["政法", "农牧水", "文旅", "住建交通", "市场监管", "金融税务", "自然资源林草", "群团"]
TAGS = [
    "展馆展厅",
    "教育基地",
    "文化广场",
    "会议培训场地",
    "讲师团队",
    "文艺队伍",
    "志愿服务队",
    "体育场地",
    "产业项目",
    "技术指导",
    "就业岗位",
    "资金物资",
]


def add(apps, schema_editor):
    trade_system = apps.get_model("organisations", "TradeSystem")
    for order, name in enumerate(FIRST_MOVERS + OTHERS):
        trade_system.objects.create(name=name, is_first_mover=name in FIRST_MOVERS, order=order)
    tag = apps.get_model("organisations", "OrganisationTag")
    for order, name in enumerate(TAGS):
        tag.objects.create(name=name, order=order)


def remove(apps, schema_editor):
    apps.get_model("organisations", "TradeSystem").objects.all().delete()
    apps.get_model("organisations", "OrganisationTag").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
