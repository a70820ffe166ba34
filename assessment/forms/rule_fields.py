"""The small form of a rule kind: a field for each of its parameters, as the rule declares them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.rules import RULES, Parameter, format_params
from assessment.rules.parameters import OneOf, YesNo

PARAM = "param_"
LONGEST = 500
# What a parameter says, with an example; where kinds differ, by kind and key.
HELP: dict[str, Any] = {
    "单价": gettext_lazy("每 1 个得几分，如 2"),
    "封顶": gettext_lazy("最多得几分，如 4；不填按分值"),
    "起算": gettext_lazy("超过几个才开始计分，如 1；不填从 0 起"),
    "周期": gettext_lazy("按月或按季分别计分再相加；不选按全年计"),
    "周期封顶": gettext_lazy("每个周期最多得几分，如 10"),
    "缺失": gettext_lazy("没有数据时怎么办；不选则计算时指出缺少"),
    "定额": gettext_lazy("至少要几个，如 4"),
    "level_sum.定额": gettext_lazy("各级别计入定额的个数，如 省级:1，市级:2"),
    "每缺扣": gettext_lazy("每少 1 个减几分，如 2"),
    "目标": gettext_lazy("完成多少得满分，如 12"),
    "最低": gettext_lazy("完成率低于多少不得分，如 50%"),
    "封顶比": gettext_lazy("最多按完成率的多少计，如 120%；不填按 100%"),
    "条件": gettext_lazy("与标准怎样比"),
    "标准": gettext_lazy("达到多少算达标，如 95"),
    "未达": gettext_lazy("没有达标得几分，可以是负数；不填得 0 分"),
    "每次扣": gettext_lazy("每发生 1 次扣几分，如 2"),
    "扣完为止": gettext_lazy("扣到 0 分为止；与“最多扣”只填一个"),
    "最多扣": gettext_lazy("最多扣几分，如 5"),
    "发生即零": gettext_lazy("只要发生就不得分"),
    "步长": gettext_lazy("相差多少算一步，如 1"),
    "manual.步长": gettext_lazy("评分以几分为一档，如 0.5"),
    "评委数": gettext_lazy("要几位评委评，如 5；不填不限"),
    "去掉最高最低": gettext_lazy("满 4 个评分时去掉一个最高分和一个最低分"),
    "满分": gettext_lazy("外部成绩的满分，如 100"),
    "每步扣": gettext_lazy("每差一步减几分，如 0.5"),
    "方向": gettext_lazy("数高的好还是低的好"),
    "不足一步": gettext_lazy("差不到一步时怎么计"),
    "豁免": gettext_lazy("另一项够高就不减，如 B1>=12 或 B1>=均值+5"),
    "基础": gettext_lazy("与上年持平得几分，如 5"),
    "graded.基础": gettext_lazy("从几分起累计，如 0；不填从满分起"),
    "每增加": gettext_lazy("每比上年多 1 个加几分，如 1"),
    "增加封顶": gettext_lazy("最多加几分；不填加到分值为止"),
    "每减少扣": gettext_lazy("每比上年少 1 个减几分，如 1"),
    "减少封顶": gettext_lazy("最多减几分；不填减到 0 分为止"),
    "名次分": gettext_lazy("各名次得几分，如 1:10，2:8，3:6，其他:4"),
    "并列": gettext_lazy("数相同的怎么算名次"),
    "级别分": gettext_lazy("各级别得几分，如 国家级:4，自治区级:3，市级:2，旗级:1"),
    "起数": gettext_lazy("某级别要满几个才算，如 市级:2"),
    "加分单价": gettext_lazy("超出定额的每个加几分，如 省级:2，市级:1"),
    "等次分": gettext_lazy("各等次加减几分，如 优秀:1，好:0，一般:-0.5，差:-2"),
    "阶梯": gettext_lazy("够几个时每个几分，如 10:0.3，20:0.4"),
    "方式": gettext_lazy("整体按所到的一档计，或各段按各段计"),
    "清单": gettext_lazy("达到一项得几分，如 制度:2，阵地:3；与“达标数”只填一个"),
    "达标数": gettext_lazy("达到几项按满分的几成，如 5:1，4:0.8，其他:0"),
}
# What a kind does, for who meets its name for the first time.
KIND_HELP: dict[str, Any] = {
    "": gettext_lazy("上级指标：得分由下级相加。"),
    "constant": gettext_lazy("不看数据，直接得分值那么多；多用作起点分，由别的项加减。"),
    "flag": gettext_lazy("有就得满分，没有不得分。"),
    "per_unit": gettext_lazy("每有 1 个得几分，加到封顶为止。"),
    "quota": gettext_lazy("够数得满分，每少 1 个减几分。"),
    "completion": gettext_lazy("按完成目标的比例得分。"),
    "threshold": gettext_lazy("达到标准得满分，没有达到得另定的分。"),
    "sliding": gettext_lazy("达到标准得满分，每差一步减几分。"),
    "versus_average": gettext_lazy("与本组平均数比：达到得满分，每差一步减几分。"),
    "change": gettext_lazy("与上年比：持平得基础分，多了加分，少了减分。"),
    "rank": gettext_lazy("按在本组里的名次给分。"),
    "best_ratio": gettext_lazy("本组最好的得满分，其余按与最好的比例得分。"),
    "level_highest": gettext_lazy("只按达到的最高级别给分，其余级别不再计。"),
    "level_sum": gettext_lazy("各级别的个数乘以各自的分，再相加。"),
    "graded": gettext_lazy("每得一个等次加或减几分，一次次累计。"),
    "bands": gettext_lazy("数落在哪一档，就按那一档的单价计分。"),
    "checklist": gettext_lazy("逐项对照：达到一项得几分，或者按达到几项得满分的几成。"),
    "deduct_each": gettext_lazy("从满分起，每发生 1 次扣几分。"),
    "imported": gettext_lazy("别处评出的成绩，按它的满分折成这一项的分。"),
    "manual": gettext_lazy("由负责部门的评委打分，几位评委的取平均。"),
}


def rule_fields(kind: str) -> dict[str, forms.Field]:
    """Name of the form's field → field; empty for a branch and for 固定分."""
    rule = RULES.get(kind)
    specs = rule.parameters() if rule else ()
    return {f"{PARAM}{spec.field}": _field(kind, spec) for spec in specs}


def _field(kind: str, spec: Parameter) -> forms.Field:
    told = {
        "label": spec.key,
        "required": spec.required,
        "help_text": HELP.get(f"{kind}.{spec.key}", HELP.get(spec.key, "")),
    }
    words = _words(spec)
    if words is None:
        return forms.CharField(max_length=LONGEST, **told)
    return forms.ChoiceField(
        choices=[("", _blank(spec)), *((word, word) for word in words)], **told
    )


def _words(spec: Parameter) -> list[str] | None:
    """What may be chosen; None where something is written."""
    if isinstance(spec.reader, YesNo):
        return ["是", "否"]
    return [str(word) for word in spec.reader.allowed] if isinstance(spec.reader, OneOf) else None


def _blank(spec: Parameter) -> str:
    if spec.default is None or spec.required:
        return _("请选择") if spec.required else _("不填")
    return _("不填，按“%s”") % written(spec, spec.default)


def written(spec: Parameter, value: Any) -> str:
    """A parameter's value as the workbook writes it."""
    return format_params({spec.key: spec.reader.write(value)}).partition("=")[2]


def stored_fields(kind: str, params: Mapping[str, Any]) -> dict[str, str]:
    """The canonical parameters of a leaf as initial values of its fields."""
    rule = RULES.get(kind)
    return {
        f"{PARAM}{spec.field}": format_params({spec.key: params[spec.key]}).partition("=")[2]
        for spec in (rule.parameters() if rule else ())
        if spec.key in params
    }


def params_of(kind: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, by the keys of the workbook; blanks are left out."""
    return {
        spec.key: str(facts[f"{PARAM}{spec.field}"])
        for spec in RULES[kind].parameters()
        if facts.get(f"{PARAM}{spec.field}")
    }


def params_of_other_kinds(kind: str, typed: Mapping[str, Any]) -> dict[str, str]:
    """What was typed for kinds that were chosen before: it waits until one goes back to them."""
    own = rule_fields(kind)
    others = dict.fromkeys(name for other in RULES for name in rule_fields(other))
    found = {name: str(typed.get(name) or "")[:LONGEST] for name in others if name not in own}
    return {name: text for name, text in found.items() if text}


def field_of(kind: str, key: str) -> str:
    """The name of the field of a parameter; empty for what is none of this kind."""
    found = (spec.field for spec in RULES[kind].parameters() if spec.key == key)
    return next((f"{PARAM}{name}" for name in found), "")
