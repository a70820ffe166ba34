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


def all_proposals(stage: Stage, taken: set[int]) -> list[Proposal]:
    """`taken` are villages that stand in another pairing; others are asked here."""

    def village(township: str) -> Organisation:
        free = [unit for unit in stage.villages[township] if unit.pk not in taken]
        unit = next(unit for unit in free if unit.kind == Organisation.Kind.VILLAGE)
        taken.add(unit.pk)
        return unit

    def pairing(type_: PairingType, lead: Organisation, other: Organisation, aim: str) -> Plan:
        name = f"{lead}与{other}结对共建"
        return Plan(Form.PAIRING, type_, name, lead, (other,), aim, reports=0)

    units = stage.units
    ready = village("新镇"), village("治安镇")
    return [
        Proposal(
            pairing(
                PairingType.TOWNSHIPS,
                units["治安镇"],
                units["大沁他拉镇"],
                "联办农畜产品早市和冬季文体活动。",
            ),
            days=3,
        ),
        Proposal(
            pairing(
                PairingType.DEPARTMENT_AND_VILLAGE,
                units["旗文旅局"],
                village("大沁他拉镇"),
                "帮助打造沙地民宿和非遗体验点。",
            ),
            days=6,
        ),
        Proposal(
            pairing(
                PairingType.ENTERPRISE_AND_VILLAGE,
                units[f"{ENTERPRISE}草原肉牛养殖"],
                village("大沁他拉镇"),
                "肉牛托养和饲草订单。",
            ),
            days=11,
        ),
        Proposal(
            pairing(
                PairingType.DEPARTMENTS,
                units["旗科协"],
                units["旗教体局"],
                "科普进校园，科技辅导员共享。",
            ),
            days=5,
        ),
        Proposal(
            pairing(PairingType.VILLAGES, *ready, "共用农机，冬季联办文体活动。"),
            days=9,
            agreed=(ready[1].full_label,),
        ),
        Proposal(
            pairing(
                PairingType.DEPARTMENTS,
                units["旗统计局"],
                units["奈曼调查队"],
                "联合入户走访，统计普法进村。",
            ),
            days=8,
            agreed=("奈曼调查队",),
        ),
        Proposal(
            pairing(
                PairingType.DEPARTMENTS,
                units["旗城管执法局"],
                units["旗信访局"],
                "联合接访，现场解决占道和噪声问题。",
            ),
            days=15,
            declined=("旗信访局",),
        ),
        Proposal(_social_matrix(units), days=12, agreed=(f"{SOCIAL}志愿服务协会",)),
        Proposal(_young_alliance(units), days=7),
    ]


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
