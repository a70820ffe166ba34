"""Schemes and values made up by hypothesis, of every kind, and the workbooks that say them.

A scheme is a list of plain rows as `by_text` takes them; numbers are fractions.
"""

from fractions import Fraction as F

from hypothesis import strategies as st

from core.sheets import SheetRows, Workbook

KINDS = ("甲类", "乙类")
NAMES = {
    "constant": "固定分",
    "flag": "有无",
    "per_unit": "计数",
    "quota": "定额",
    "completion": "完成率",
    "threshold": "达标",
    "sliding": "达标递减",
    "versus_average": "与均值比",
    "change": "同比",
    "rank": "名次",
    "best_ratio": "与最优比",
    "level_highest": "最高级别",
    "level_sum": "分级计数",
    "graded": "等次累计",
    "bands": "阶梯",
    "checklist": "清单",
    "deduct_each": "逐次扣分",
    "imported": "外部成绩",
    "manual": "人工评分",
}
IN_GROUP = ("rank", "best_ratio", "versus_average")
PERIODIC = ("per_unit", "quota", "deduct_each", "level_sum")
BY_NAME = {"level_highest": "省市县", "level_sum": "省市县", "graded": "优良差"}
ONE_NUMBER = tuple(
    kind for kind in NAMES if kind not in (*BY_NAME, "constant", "checklist", "manual")
)


def tenths(low, high):
    return st.integers(low * 10, high * 10).map(lambda number: F(number, 10))


some = tenths(0, 20)
more = st.integers(1, 80).map(lambda number: F(number, 10))
directions = st.sampled_from(["越高越好", "越低越好"])
parts = st.sampled_from(["进位", "按比例", "舍去"])


def by_name(names, numbers, least=1):
    return st.dictionaries(st.sampled_from(names), numbers, min_size=least)


PARAMETERS = {
    "constant": ({}, {}),
    "flag": ({}, {}),
    "per_unit": ({"单价": more}, {"起算": some, "封顶": more}),
    "quota": ({"定额": more, "每缺扣": more}, {}),
    "completion": (
        {"目标": more},
        {"最低": tenths(0, 1), "封顶比": st.sampled_from([F(1), F(6, 5)])},
    ),
    "threshold": (
        {"条件": st.sampled_from("≥>≤<="), "标准": some},
        {"未达": tenths(-3, 3)},
    ),
    "sliding": (
        {"标准": some, "步长": more, "每步扣": more},
        {"方向": directions, "不足一步": parts},
    ),
    "versus_average": (
        {"步长": more, "每步扣": more},
        {"方向": directions, "不足一步": parts},
    ),
    "change": (
        {"基础": some, "每增加": some, "增加封顶": some, "每减少扣": some, "减少封顶": some},
        {},
    ),
    "rank": (
        {"名次分": st.sampled_from([{"1": F(9), "2": F(7), "其他": F(1)}, {"1": F(4)}])},
        {"并列": st.sampled_from(["同名次", "平均"]), "方向": directions},
    ),
    "best_ratio": ({}, {"方向": directions}),
    "level_highest": ({"级别分": by_name("省市县", more)}, {}),
    "level_sum": ({"级别分": by_name("省市县", more)}, {"封顶": more}),
    "graded": ({"等次分": by_name("优良差", tenths(-2, 2))}, {"基础": some, "封顶": more}),
    "bands": (
        {"阶梯": st.sampled_from([{"3": F(1, 2), "7": F(2)}, {"0": F(1, 10), "5/2": F(1)}])},
        {"方式": st.sampled_from(["整体", "分段"]), "封顶": more},
    ),
    "checklist": (
        {"清单": st.just({"a": F(1), "b": F(5, 2), "c": F(0)})},
        {},
    ),
    "deduct_each": ({"每次扣": more}, {"最多扣": more, "发生即零": st.sampled_from("是否")}),
    "imported": ({"满分": more}, {}),
    "manual": ({}, {"去掉最高最低": st.sampled_from("是否")}),
}


@st.composite
def leaves(draw, code, parent, role, before):
    kind = draw(st.sampled_from(list(NAMES)))
    needed, optional = PARAMETERS[kind]
    par = draw(st.fixed_dictionaries(needed, optional=optional))
    if kind == "completion" and par.get("最低", 0) > par.get("封顶比", 1):
        del par["最低"]
    if kind in ("level_highest", "level_sum") and draw(st.booleans()):
        key = "起数" if kind == "level_highest" else "定额"
        level = sorted(par["级别分"])[0]
        par[key] = {level: draw(more)}
        if key == "定额" and draw(st.booleans()):
            par["加分单价"] = {level: draw(some)}
    if kind == "checklist" and draw(st.booleans()):
        par = {"达标数": {"3": F(1), "2": F(4, 5), "其他": F(1, 10)}}
    if kind in PERIODIC and draw(st.booleans()):
        par |= {"周期": draw(st.sampled_from("月季")), "周期封顶": draw(more)}
    peers = [
        one["code"] for one in before if one["kind"] in ONE_NUMBER and "周期" not in one["par"]
    ]
    row = {"code": code, "parent": parent, "role": role, "kind": kind, "par": par}
    if kind == "sliding" and peers and draw(st.booleans()):
        row["peer"] = draw(st.sampled_from(peers))
        row["of_mean"] = draw(st.booleans())
        par["豁免"] = draw(tenths(-2, 9))
    if kind != "constant" and draw(st.booleans()):
        par["缺失"] = draw(st.sampled_from(["计零", "不计"])) if kind in IN_GROUP else "计零"
    others = [one["code"] for one in before if one["kind"] != "constant"]
    row["void_by"] = draw(st.sampled_from(["", "", *others]))
    row["kinds"] = draw(st.sampled_from([(), (), KINDS[:1], KINDS[1:]])) if before else ()
    row["points"] = draw(more)
    return row


@st.composite
def schemes(draw):
    """Base branches, one of them inside another, a bonus and a deduction."""
    rows, found = [], []

    def branch(code, parent, role, count, below=0):
        own = []
        for number in range(count):
            one = draw(leaves(f"{code}.{number + 1}", code, role, found))
            own.append(one)
            found.append(one)
        points = sum((one["points"] for one in own), F(below))
        made = {"code": code, "parent": parent, "role": role, "points": points}
        if role == "base":
            made["weight"] = draw(st.sampled_from([None, F(7), F(5, 2)]))
        made["counts_as"] = made.get("weight") or points
        rows.extend([made, *own])
        return made

    inner = branch("A.0", "A", "base", draw(st.integers(1, 2)))
    outer = branch("A", "", "base", draw(st.integers(0, 2)), inner["counts_as"])
    last = branch("B", "", "base", draw(st.integers(1, 3)))
    for code, role in (("X", "bonus"), ("Y", "deduction")):
        branch(code, "", role, draw(st.integers(1, 2)))["points"] = draw(more)
    rows.sort(key=lambda row: (row["parent"] != "", row["code"].count("."), row["parent"] == "A.0"))
    total = outer["counts_as"] + last["counts_as"]
    lowest = draw(tenths(-1, 9))
    settings = {
        "total": total,
        "decimals": draw(st.integers(0, 4)),
        "policy": draw(st.sampled_from(["重新折算", "计满分", "计零分"])),
        "bands": [("优秀", lowest + 4), ("良好", lowest), ("差", F(-99))],
        "ratio": draw(st.sampled_from([F(3, 10), F(1, 2), F(1)])),
    }
    return settings, rows


@st.composite
def cells(draw, row):
    """The value of a leaf, None where there is none."""
    kind, par = row["kind"], row["par"]
    if kind == "constant" or ("缺失" in par and draw(st.booleans())):
        return None
    if kind in BY_NAME:
        names = sorted(par.get("级别分") or par["等次分"])
        one = by_name(names, st.integers(0, 6).map(F), 0)
    elif kind == "checklist":
        return draw(st.lists(st.sampled_from("abc"), unique=True, min_size=1))
    elif kind == "manual":
        return draw(st.lists(some, min_size=1, max_size=6))
    else:
        one = some if kind in (*IN_GROUP, "change") else tenths(-3, 20)
    if "周期" in par:
        one = by_name(list("1234"), one.filter(lambda part: part != {}), 0)
    return draw(one)


def text(value):
    """As somebody types it."""
    if isinstance(value, F):
        digits = f"{float(abs(value)):.4f}".rstrip("0").rstrip(".")
        return ("−" if value < 0 else "") + digits
    if isinstance(value, dict):
        pairs = [
            f"{float(F(name)):g}:{text(part)}" if "/" in name else f"{name}:{_inner(part)}"
            for name, part in value.items()
        ]
        return "，".join(pairs) or "0"
    return "，".join(text(part) for part in value) if isinstance(value, list) else value


def _inner(part):
    return f"({text(part)})" if isinstance(part, dict) else text(part)


WIDE = str.maketrans({mark: chr(ord(mark) + 0xFEE0) for mark in "0123456789.:=;()>"})


def dressed(said, chance):
    """The same with other marks."""
    said = said.translate(WIDE) if chance.random() < 0.5 else said
    return said.replace("，", chance.choice("，、,"))


def parameters(row, chance):
    par = {key: value for key, value in row["par"].items() if key != "豁免"}
    said = [f"{key}={text(value)}" for key, value in par.items()]
    if "peer" in row:
        number = row["par"]["豁免"]
        mean = ("均值" if number < 0 else "均值+") if row["of_mean"] else ""
        said.append(f"豁免={row['peer']}>={mean}{text(number)}")
    return dressed(chance.choice("；;").join(chance.sample(said, len(said))), chance)


def scheme_workbook(settings, rows, vetoes, chance):
    bands = "，".join(f"{name}:{text(low)}" for name, low in settings["bands"])
    plan = [
        *(["项目", "值"], ["总分", text(settings["total"])], ["等次", bands]),
        *(["小数位", settings["decimals"]], ["不适用", settings["policy"]]),
        ["优秀比例", text(settings["ratio"])],
    ]
    head = [
        "编码",
        "上级编码",
        "名称",
        "角色",
        "分值",
        "赋分办法",
        "参数",
        "适用类型",
        "互斥",
        "折算",
    ]
    table = [_indicator(row, chance) for row in chance.sample(rows, len(rows))]
    sheets = [SheetRows("方案", plan), SheetRows("指标", [head, *table])]
    if vetoes:
        sheets.append(SheetRows("否决", [["单位", "类型"], *map(list, vetoes)]))
    return Workbook("xlsx", sheets)


def _indicator(row, chance):
    is_leaf = "kind" in row
    weight = row.get("weight")
    return [
        *(row["code"], row["parent"], f"指标{row['code']}"),
        None if is_leaf or row["parent"] else row["role"],
        dressed(text(row["points"]), chance),
        chance.choice([row["kind"], NAMES[row["kind"]]]) if is_leaf else None,
        parameters(row, chance) if is_leaf else None,
        "、".join(row.get("kinds", ())) or None,
        row.get("void_by") or None,
        text(weight) if weight else None,
    ]


def values_workbook(rows, units, values, last, chance):
    codes = [row["code"] for row in rows if "kind" in row]
    head = ["单位", "分组", "类型", *codes]
    sheets = []
    for name, given in (("数据", values), ("上年", last)):
        lines = [
            [unit["name"], unit["group"], unit["kind"]]
            + [_cell(given.get((unit["name"], code)), chance) for code in codes]
            for unit in units
        ]
        sheets.append(SheetRows(name, [head, *lines]))
    return Workbook("xlsx", sheets)


def _cell(value, chance):
    return None if value is None else dressed(text(value), chance)
