"""Which partnerships the demonstration year has: who with whom, in which form."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from alliances.models import RepresentativeMatrix
from dashboards.demo.stage import Stage
from dashboards.demo.units import ENTERPRISE, SOCIAL
from organisations.models import Organisation
from pairings.models import PairingType
from partnerships.models import Form

Group = RepresentativeMatrix.Group


@dataclass(frozen=True)
class Plan:
    """`key` is the pairing type, the trade system, the group or the partner region.

    `reports` is how many reports it makes in the full year; `area` the pair of townships whose
    agreement it stands under.
    """

    form: Form
    key: str
    name: str
    lead: Organisation
    others: tuple[Organisation, ...]
    aim: str
    reports: int
    area: str = ""


AREA_PAIRS = (
    ("大沁他拉镇", "八仙筒镇", 8),
    ("青龙山镇", "固日班花苏木", 7),
    ("新镇", "白音他拉苏木", 6),
    ("治安镇", "明仁苏木", 6),
    ("东明镇", "黄花塔拉苏木", 6),
    ("沙日浩来镇", "土城子乡", 5),
    ("义隆永镇", "苇莲苏乡", 5),
    ("大沁他拉街道", "六号农场", 4),
)
DEPARTMENT_PAIRS = (
    ("旗教体局", "团旗委"),
    ("旗卫健委", "旗红十字会"),
    ("旗文旅局", "旗文联"),
    ("旗司法局", "旗妇联"),
    ("旗法院", "旗检察院"),
    ("旗民政局", "旗残联"),
    ("旗人社局", "旗总工会"),
    ("旗水务局", "舍力虎水库"),
    ("旗林草局", "兴隆沼林场"),
    ("旗税务局", "旗市场监管局"),
    ("旗融媒体中心", "旗委宣传部"),
    ("旗应急局", "旗消防救援大队"),
    ("旗农牧局", "旗气象局"),
)
CITY_PAIRS = (
    ("旗教体局", "市教育局"),
    ("旗卫健委", "市卫健委"),
    ("旗农牧局", "市农牧局"),
    ("旗总工会", "市总工会"),
    ("旗妇联", "市妇联"),
    ("团旗委", "团市委"),
    ("旗委统战部（旗民委）", "市民委"),
)
# Departments with the village that they look after, drawn from the township named.
LOOKED_AFTER = (
    ("旗农牧局", "大沁他拉镇"),
    ("旗水务局", "大沁他拉镇"),
    ("旗发改委", "八仙筒镇"),
    ("旗财政局", "八仙筒镇"),
    ("旗委组织部", "八仙筒镇"),
    ("旗纪委监委", "青龙山镇"),
    ("旗公安局", "青龙山镇"),
    ("旗信访局", "青龙山镇"),
    ("旗自然资源局", "新镇"),
    ("旗交通局", "新镇"),
    ("旗住建局", "新镇"),
    ("旗委办", "治安镇"),
    ("旗政府办", "治安镇"),
    ("旗林草局", "治安镇"),
    ("旗人大办", "东明镇"),
    ("旗政协办", "东明镇"),
    ("旗卫健委", "东明镇"),
    ("旗教体局", "沙日浩来镇"),
    ("旗民政局", "沙日浩来镇"),
    ("旗医保局", "义隆永镇"),
    ("旗人社局", "义隆永镇"),
    ("旗工信科技局", "固日班花苏木"),
    ("旗委政法委", "固日班花苏木"),
    ("旗文旅局", "白音他拉苏木"),
    ("旗审计局", "白音他拉苏木"),
    ("旗市场监管局", "明仁苏木"),
    ("旗退役军人局", "明仁苏木"),
    ("旗供销社", "黄花塔拉苏木"),
    ("旗应急局", "土城子乡"),
    ("奈曼供电公司", "苇莲苏乡"),
    ("农行奈曼旗支行", "六号农场"),
    ("旗农信社", "东明镇"),
    ("移动奈曼分公司", "义隆永镇"),
    ("旗委编办", "大沁他拉街道"),
)
BEIJING = ("旗职专", "青龙山镇", "固日班花苏木")
LINKAGES = (
    ("教体", "旗教体局", ("奈曼一中", "旗蒙古族中学", "旗实验中学", "旗实验小学", "旗职专")),
    ("卫健", "旗卫健委", ("旗人民医院", "旗蒙医医院", "旗妇幼保健院", "旗疾控中心")),
    ("工商联", "旗工商联", tuple(ENTERPRISE + n for n in ("教来河米业", "蒙中药材种植"))),
    ("园区", "奈曼工业园区", tuple(ENTERPRISE + n for n in ("沙地甘薯食品", "电商物流园"))),
    ("文旅", "旗文旅局", ("旗融媒体中心", "旗委宣传部")),
    ("农牧水", "旗农牧局", ("旗水务局", "旗供销社", "旗气象局")),
    ("政法", "旗公安局", ("旗法院", "旗检察院", "旗司法局")),
)
MATRICES = (
    (Group.PARTY_DELEGATES, "旗委组织部", ("大沁他拉镇", "东明镇", "旗教体局")),
    (Group.PEOPLES_CONGRESS, "旗人大办", ("八仙筒镇", "治安镇")),
    (Group.CPPCC, "旗政协办", ("旗文联", "新镇", "旗人民医院")),
    (Group.UNITED_FRONT, "旗委统战部（旗民委）", ("旗工商联", "大沁他拉街道")),
    (Group.PEOPLES_ORGANISATIONS, "旗总工会", ("团旗委", "旗妇联", "旗科协")),
)
ALLIANCES = (
    ("通州区", "旗发改委", ("旗农牧局", "旗文旅局"), "京蒙协作产业与文旅联盟"),
    ("敖汉旗", "青龙山镇", ("土城子乡",), "老哈河两岸互助联盟"),
    ("库伦旗", "旗文旅局", ("白音他拉苏木", "旗文联"), "安代之乡文艺联盟"),
    ("开鲁县", "东明镇", ("八仙筒镇",), "西辽河治理与农牧互助联盟"),
)


def all_plans(stage: Stage) -> list[Plan]:
    chance = stage.chance("plans")
    pool = {name: chance.sample(units, len(units)) for name, units in stage.villages.items()}
    return [
        *_townships(stage),
        *_villages(pool),
        *_departments(stage),
        *_looked_after(stage, pool, chance),
        *_outside_forces(stage, pool),
        *_linkages(stage),
        *_matrices(stage),
        *_alliances(stage),
    ]


def _townships(stage: Stage) -> Iterator[Plan]:
    for one, other, _villages_each in AREA_PAIRS:
        yield Plan(
            Form.PAIRING,
            PairingType.TOWNSHIPS,
            f"{one}与{other}结对共建",
            stage.units[one],
            (stage.units[other],),
            "建立联席会议，联办活动、联调纠纷、联抓产业，带动所辖嘎查村结对。",
            reports=13,
            area=f"{one}{other}",
        )


def _villages(pool: dict[str, list[Organisation]]) -> Iterator[Plan]:
    for one, other, count in AREA_PAIRS:
        for _number in range(count):
            here, there = pool[one].pop(), pool[other].pop()
            yield Plan(
                Form.PAIRING,
                PairingType.VILLAGES,
                f"{here}与{there}结对共建",
                here,
                (there,),
                "两村党员群众互访，文体活动轮流办，种养技术和劳力互助。",
                reports=4,
                area=f"{one}{other}",
            )


def _departments(stage: Stage) -> Iterator[Plan]:
    for one, other in DEPARTMENT_PAIRS:
        yield Plan(
            Form.PAIRING,
            PairingType.DEPARTMENTS,
            f"{one}与{other}联创共建",
            stage.units[one],
            (stage.units[other],),
            "机关联学、业务协同、联合下村办实事。",
            reports=6,
        )
    for one, other in CITY_PAIRS:
        yield Plan(
            Form.PAIRING,
            PairingType.CITY_AND_COUNTY,
            f"{one}与{other}上下联动结对",
            stage.units[one],
            (stage.units[other],),
            "业务培训、联合调研、优质资源下沉。",
            reports=4,
        )


def _looked_after(
    stage: Stage, pool: dict[str, list[Organisation]], chance: Random
) -> Iterator[Plan]:
    for name, township in LOOKED_AFTER:
        unit = stage.units[name]
        villages = tuple(pool[township].pop() for _number in range(chance.choice((1, 1, 1, 2))))
        yield Plan(
            Form.PAIRING,
            PairingType.DEPARTMENT_AND_VILLAGE,
            f"{name}包联{'、'.join(map(str, villages))}共建美好家园",
            unit,
            villages,
            "送政策、送技术、送服务，帮助改善人居环境和集体经济。",
            reports=4,
        )


def _outside_forces(stage: Stage, pool: dict[str, list[Organisation]]) -> Iterator[Plan]:
    enterprises = [unit for name, unit in stage.units.items() if name.startswith(ENTERPRISE)]
    for unit, township in zip(enterprises, pool, strict=False):
        village = next(v for v in pool[township] if v.kind == Organisation.Kind.VILLAGE)
        pool[township].remove(village)
        yield Plan(
            Form.PAIRING,
            PairingType.ENTERPRISE_AND_VILLAGE,
            f"{unit}与{village}村企共建",
            unit,
            (village,),
            "订单种植、技术培训、就近就业。",
            reports=4,
        )
    for name in BEIJING:
        yield Plan(
            Form.PAIRING,
            PairingType.BEIJING_INNER_MONGOLIA,
            f"{name}与通州区京蒙对口帮扶",
            stage.units[name],
            (stage.units["通州区"],),
            "人才帮带、青少年交流、消费帮扶。",
            reports=4,
        )
    partners = ("光明社区", "振兴社区", "旗职专", "旗特教学校")
    social = [unit for name, unit in stage.units.items() if name.startswith(SOCIAL)]
    for unit, partner in zip(social, partners, strict=True):
        other = stage.units.get(partner) or stage.units[f"大沁他拉街道·{partner}"]
        yield Plan(
            Form.PAIRING,
            PairingType.SOCIAL_ORGANISATION,
            f"{unit}走进{other}",
            unit,
            (other,),
            "志愿服务、非遗体验、文体陪伴。",
            reports=5,
        )


def _linkages(stage: Stage) -> Iterator[Plan]:
    for system, lead, members in LINKAGES:
        yield Plan(
            Form.INDUSTRY,
            system,
            f"{system}系统同行业联动",
            stage.units[lead],
            tuple(stage.units[name] for name in members),
            "每年开展民族团结进步主题活动不少于2次，打造标准化示范点1处。",
            reports=7,
        )


def _matrices(stage: Stage) -> Iterator[Plan]:
    for group, lead, members in MATRICES:
        yield Plan(
            Form.MATRIX,
            group,
            f"{group.label}代表性矩阵",
            stage.units[lead],
            tuple(stage.units[name] for name in members),
            "发挥示范带动作用，在宣讲、调研、文艺创作和集体活动中突出共同体主题。",
            reports=6,
        )


def _alliances(stage: Stage) -> Iterator[Plan]:
    for region, lead, members, name in ALLIANCES:
        yield Plan(
            Form.ALLIANCE,
            region,
            f"与{region}{name}",
            stage.units[lead],
            tuple(stage.units[unit] for unit in (*members, region)),
            "定期互学互看，联办文体和节庆活动，交界地区联防联调。",
            reports=5,
        )
