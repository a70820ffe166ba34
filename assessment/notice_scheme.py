"""A ready scheme of 100 points built from the notice's own demands, and the usual groups.

Every indicator scores something real that the notice asks for; its basis names the passage. A
scheme made from it is a draft that the office changes as it likes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from organisations.models.kinds import TOWNSHIP_KINDS, VILLAGE_KINDS, Kind

ZERO_IF_NONE = {"缺失": "计零"}
GRADE_BANDS = [["优秀", "90"], ["良好", "80"], ["合格", "60"], ["不合格", "0"]]


@dataclass(frozen=True)
class Row:
    """One indicator: a branch, or a leaf when it has a rule."""

    code: str
    name: str
    points: str
    parent: str = ""
    role: str = "base"
    rule: str = ""
    params: dict[str, str] = field(default_factory=dict)
    metric: str = ""
    filters: dict[str, Any] = field(default_factory=dict)
    methods: str = ""
    basis: str = ""


# The notice of 27 April 2023 (关于印发《…“联创共建”行动实施方案》的通知), by its parts.
NOTICE = "实施方案"
DATA, VISIT = "系统计算", "实地检查"

ROWS: Sequence[Row] = (
    Row("A", "项目化推进", "30"),
    Row("A1", "实施联创项目", "12", "A", rule="per_unit", params={"单价": "6"},
        metric="partnerships", methods=DATA, basis=f"{NOTICE}二（一）至（四）"),
    Row("A2", "带动和结对其他单位", "10", "A", rule="threshold", params={"条件": "≥", "标准": "1"},
        metric="partners", methods=DATA, basis=f"{NOTICE}三（二）：至少要带动1家"),
    Row("A3", "按期完成计划事项", "8", "A", rule="completion", params={"目标": "2"},
        metric="milestones_on_time", methods=DATA, basis=f"{NOTICE}三（五）：项目化管理"),
    Row("B", "联办活动", "40"),
    Row("B1", "开展联创活动", "16", "B", rule="completion", params={"目标": "4"},
        metric="activities", methods=DATA, basis=f"{NOTICE}二"),
    Row("B2", "民族团结进步主题活动", "14", "B", rule="quota", params={"定额": "2", "每缺扣": "7"},
        metric="activities", filters={"themed": True}, methods=DATA,
        basis=f"{NOTICE}二（二）：每年不少于2次"),
    Row("B3", "活动内容多样", "10", "B", rule="per_unit", params={"单价": "2.5"},
        metric="content_kinds", methods=DATA, basis=f"{NOTICE}二：各形式的联创内容"),
    Row("C", "督导整改", "10"),
    Row("C1", "按期整改检查发现的问题", "10", "C", rule="deduct_each", params={"每次扣": "2"},
        metric="overdue_findings", methods=VISIT, basis=f"{NOTICE}三（四）：跟踪问效"),
    Row("D", "工作实效", "20"),
    Row("D1", "有实质性动作、取得实效", "20", "D", rule="manual", params={"步长": "0.5"},
        methods=VISIT, basis=f"{NOTICE}三（一）：杜绝形式主义，务求有实质性动作"),
    Row("E", "示范引领加分", "5", role="bonus"),
    Row("E1", "建成标准化示范点", "2", "E", "bonus", rule="flag",
        metric="standard_sites", methods=DATA, basis=f"{NOTICE}二（二）：打造标准化示范点1处"),
    Row("E2", "牵头同行业联动达到两项要求", "2", "E", "bonus", rule="threshold",
        params={"条件": "≥", "标准": "2"}, metric="linkage_themed_activities", methods=DATA,
        basis=f"{NOTICE}二（二）"),
    Row("E3", "牵头区域性联盟", "1", "E", "bonus", rule="per_unit", params={"单价": "1"},
        metric="partnerships", filters={"form": "alliance", "lead": True}, methods=DATA,
        basis=f"{NOTICE}二（四）"),
    Row("F", "督导扣分", "3", role="deduction"),
    Row("F1", "检查发现问题", "3", "F", "deduction", rule="per_unit", params={"单价": "0.5"},
        metric="findings", methods=VISIT, basis=f"{NOTICE}三（四）"),
)  # fmt: skip

GROUPS: Sequence[tuple[str, tuple[Kind, ...]]] = (
    ("苏木乡镇", TOWNSHIP_KINDS),
    ("党群部门", (Kind.PARTY_DEPARTMENT, Kind.PEOPLES_ORGANISATION)),
    ("政府部门", (Kind.GOVERNMENT_DEPARTMENT,)),
    ("驻奈单位和林场水库", (Kind.STATIONED_UNIT, Kind.FOREST_FARM, Kind.RESERVOIR)),
    ("嘎查村和社区", VILLAGE_KINDS),
)
