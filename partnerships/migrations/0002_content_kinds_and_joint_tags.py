"""The notice's own words for what partnerships do (二、具体形式) and for the five joint tags."""

from django.db import migrations

CONTENT_KINDS = {
    "pairing": ["宣传教育", "文体活动", "座谈调研", "共建美好家园"],
    "industry": ["教育引导", "人文关怀", "实践活动", "政策落实"],
    "matrix": ["教育培训", "调查研究", "文艺创作", "集体活动"],
    "alliance": [
        "定期观摩学习",
        "工作经验座谈",
        "群众性文体活动联办",
        "区域发展联建",
        "精神家园联筑",
        "节庆活动联办",
        "社会治理联动",
    ],
}
JOINT_TAGS = ["组织联建", "平台联搭", "活动联办", "示范联创", "精品联促"]


def add(apps, schema_editor):
    content_kind = apps.get_model("partnerships", "ContentKind")
    for form, names in CONTENT_KINDS.items():
        for order, name in enumerate(names):
            content_kind.objects.create(form=form, name=name, order=order)
    joint_tag = apps.get_model("partnerships", "JointTag")
    for order, name in enumerate(JOINT_TAGS):
        joint_tag.objects.create(name=name, order=order)


def remove(apps, schema_editor):
    apps.get_model("partnerships", "ContentKind").objects.all().delete()
    apps.get_model("partnerships", "JointTag").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
