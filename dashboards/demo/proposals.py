"""Partnerships that are only proposed: somebody's answer, or the office's start, is awaited."""

from dataclasses import dataclass

from alliances.models import RepresentativeMatrix
from dashboards.demo.plans import Plan
from dashboards.demo.stage import Stage
from dashboards.demo.units import ENTERPRISE, SOCIAL
from organisations.models import Organisation
from pairings.models import PairingType
from partnerships.models import Form


@dataclass(frozen=True)
class Proposal:
    """`days` ago; `agreed` and `declined` name who has answered, the others are still asked."""

    plan: Plan
    days: int
    agreed: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()


@dataclass(frozen=True)
class PairRow:
    """A pairing that is asked for; with a village it is one of the township in `other`."""

    type: PairingType
    lead: str
    other: str
    aim: str
    days: int
    declined: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()


PAIRS = [
    PairRow(PairingType.TOWNSHIPS, "治安镇", "大沁他拉镇", "联办农畜产品早市和冬季文体活动。", 3),
    PairRow(PairingType.DEPARTMENT_AND_VILLAGE, "旗文旅局", "大沁他拉镇",
            "帮助打造沙地民宿和非遗体验点。", 6),
    PairRow(PairingType.ENTERPRISE_AND_VILLAGE, f"{ENTERPRISE}草原肉牛养殖", "大沁他拉镇",
            "肉牛托养和饲草订单。", 11),
    PairRow(PairingType.DEPARTMENTS, "旗科协", "旗教体局", "科普进校园，科技辅导员共享。", 5),
]  # fmt: skip
ANSWERED_PAIRS = [
    PairRow(PairingType.DEPARTMENTS, "旗统计局", "奈曼调查队",
            "联合入户走访，统计普法进村。", 8, agreed=("奈曼调查队",)),
    PairRow(PairingType.DEPARTMENTS, "旗城管执法局", "旗信访局",
            "联合接访，现场解决占道和噪声问题。", 15, declined=("旗信访局",)),
]  # fmt: skip
WITH_VILLAGE = (PairingType.DEPARTMENT_AND_VILLAGE, PairingType.ENTERPRISE_AND_VILLAGE)


def all_proposals(stage: Stage, taken: set[int]) -> list[Proposal]:
    """`taken` are villages that stand in another pairing; others are asked here."""
    units = stage.units
    ready = [_free_village(stage, name, taken) for name in ("新镇", "治安镇")]
    villages = _pairing(PairingType.VILLAGES, *ready, "共用农机，冬季联办文体活动。")
    return [
        *[_proposal(stage, row, taken) for row in PAIRS],
        Proposal(villages, days=9, agreed=(ready[1].full_label,)),
        *[_proposal(stage, row, taken) for row in ANSWERED_PAIRS],
        Proposal(_social_matrix(units), days=12, agreed=(f"{SOCIAL}志愿服务协会",)),
        Proposal(_young_alliance(units), days=7),
    ]


def _proposal(stage: Stage, row: PairRow, taken: set[int]) -> Proposal:
    asks_village = row.type in WITH_VILLAGE
    other = _free_village(stage, row.other, taken) if asks_village else stage.units[row.other]
    plan = _pairing(row.type, stage.units[row.lead], other, row.aim)
    return Proposal(plan, row.days, agreed=row.agreed, declined=row.declined)


def _free_village(stage: Stage, township: str, taken: set[int]) -> Organisation:
    """A village of the township that no pairing has; it is taken from now on."""
    free = [unit for unit in stage.villages[township] if unit.pk not in taken]
    unit = next(unit for unit in free if unit.kind == Organisation.Kind.VILLAGE)
    taken.add(unit.pk)
    return unit


def _pairing(type_: PairingType, lead: Organisation, other: Organisation, aim: str) -> Plan:
    name = f"{lead}与{other}结对共建"
    return Plan(Form.PAIRING, type_, name, lead, (other,), aim, reports=0)


def _social_matrix(units: dict[str, Organisation]) -> Plan:
    members = tuple(unit for name, unit in units.items() if name.startswith(SOCIAL))
    group = RepresentativeMatrix.Group.SOCIAL_ORGANISATIONS
    aim = "引导社会组织参与互助服务，列出服务清单供各单位点选。"
    name = f"{group.label}代表性矩阵"
    return Plan(Form.MATRIX, group, name, units["旗民政局"], members, aim, reports=0)


def _young_alliance(units: dict[str, Organisation]) -> Plan:
    region = "科尔沁左翼后旗"
    lead, members = units["固日班花苏木"], (units["青龙山镇"], units[region])
    aim = "交界地区联合防火、联办那达慕、互通饲草信息。"
    return Plan(Form.ALLIANCE, region, f"与{region}交界互助联盟", lead, members, aim, reports=0)
