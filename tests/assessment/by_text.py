"""The scoring of a workbook, written a second time from the text of the rules alone.

Fractions instead of decimals, plain rows instead of classes, nothing of the product: where the two
disagree, one of them has misread the text.
"""

from fractions import Fraction as F
from math import ceil, floor


def half_up(number, decimals):
    size = floor(abs(number) * 10**decimals + F(1, 2))
    return F(size if number >= 0 else -size, 10**decimals)


def within(number, low, high):
    return max(low, min(number, high))


def stepped(p, gap, par):
    steps = max(gap, F(0)) / par["步长"]
    whole = {"进位": ceil(steps), "舍去": floor(steps), "按比例": steps}
    return p - whole[par.get("不足一步", "进位")] * par["每步扣"]


def gap(better, worse, par):
    return worse - better if par.get("方向", "越高越好") == "越低越好" else better - worse


def ranked(value, group, par):
    ahead = [one for one in group if (one < value if _low(par) else one > value)]
    ranks = range(len(ahead) + 1, len(ahead) + 1 + group.count(value))
    given = par["名次分"]
    points = [given.get(str(rank), given.get("其他", F(0))) for rank in ranks]
    return points[0] if par.get("并列", "同名次") == "同名次" else sum(points) / len(points)


def _low(par):
    return par.get("方向") == "越低越好"


def best(value, group, par, p):
    if _low(par):
        return p if value == 0 else min(group) / value * p
    return value / max(group) * p if max(group) else F(0)


def levels(value, par):
    total = F(0)
    for level, each in par["级别分"].items():
        count = value.get(level, F(0))
        quota = par.get("定额", {}).get(level)
        if quota is None:
            total += count * each
        else:
            extra = par.get("加分单价", {}).get(level, F(0))
            total += min(count, quota) * each + max(count - quota, F(0)) * extra
    return total


def banded(value, par):
    steps = sorted((F(start), each) for start, each in par["阶梯"].items())
    if par.get("方式", "整体") == "整体":
        reached = [each for start, each in steps if value >= start]
        return value * reached[-1] if reached else F(0)
    ends = [start for start, _each in steps[1:]] + [None]
    return sum(
        (max(min(value, value if end is None else end) - start, F(0)) * each)
        for (start, each), end in zip(steps, ends, strict=True)
    )


def listed(value, par, p):
    if "清单" in par:
        return sum(par["清单"][item] for item in set(value))
    bars = sorted((int(n), factor) for n, factor in par["达标数"].items() if n != "其他")
    met = [factor for bar, factor in bars if len(value) >= bar]
    return (met[-1] if met else par["达标数"].get("其他", F(0))) * p


def judged(value, par):
    marks = sorted(value)
    if par.get("去掉最高最低") == "是" and len(marks) >= 4:
        marks = marks[1:-1]
    return sum(marks) / len(marks)


def holds(value, sign, standard):
    return {
        "≥": value >= standard,
        ">": value > standard,
        "≤": value <= standard,
        "<": value < standard,
        "=": value == standard,
    }[sign]


def formula(kind, par, p, v, group=(), last=None, other=None):
    """What the table of kinds says under 'points'; ``other``: value and mean of the exempting."""
    if kind == "completion":
        ratio = v / par["目标"]
        return F(0) if ratio < par.get("最低", 0) else min(ratio, par.get("封顶比", F(1))) * p
    if kind == "sliding":
        if other and other[0] is not None and other[0] >= other[1] + par["豁免"]:
            return p
        return stepped(p, gap(par["标准"], v, par), par)
    if kind == "versus_average":
        return stepped(p, gap(sum(group) / len(group), v, par), par)
    if kind == "change":
        b = par["基础"]
        gained = min(max(v - last, F(0)) * par["每增加"], par["增加封顶"])
        return b + gained - min(max(last - v, F(0)) * par["每减少扣"], par["减少封顶"])
    if kind == "deduct_each":
        if par.get("发生即零") == "是" and v > 0:
            return F(0)
        return p - min(v * par["每次扣"], par.get("最多扣", p))
    simple = {
        "constant": lambda: p,
        "flag": lambda: p if v > 0 else F(0),
        "per_unit": lambda: max(v - par.get("起算", 0), F(0)) * par["单价"],
        "quota": lambda: p - max(par["定额"] - v, F(0)) * par["每缺扣"],
        "threshold": lambda: p if holds(v, par["条件"], par["标准"]) else par.get("未达", F(0)),
        "rank": lambda: ranked(v, group, par),
        "best_ratio": lambda: best(v, group, par, p),
        "level_highest": lambda: max(
            (
                each
                for level, each in par["级别分"].items()
                if v.get(level, 0) >= par.get("起数", {}).get(level, 1)
            ),
            default=F(0),
        ),
        "level_sum": lambda: levels(v, par),
        "graded": lambda: par.get("基础", p) + sum(n * par["等次分"][g] for g, n in v.items()),
        "bands": lambda: banded(v, par),
        "checklist": lambda: listed(v, par, p),
        "imported": lambda: v / par["满分"] * p,
        "manual": lambda: judged(v, par),
    }
    return simple[kind]()


def by_periods(kind, par, p, value):
    count = {"月": 12, "季": 4}[par["周期"]]
    most = par["周期封顶"]
    empty = {} if kind == "level_sum" else F(0)
    parts = [value.get(str(number + 1), empty) for number in range(count)]
    return sum(within(formula(kind, par, most, part), F(0), most) for part in parts)


def leaf_points(row, decimals, v, **context):
    """Rounded half-up, then clamped to [floor, cap]."""
    kind, par, p = row["kind"], row["par"], row["points"]
    low, high = F(0), p
    if kind in ("per_unit", "level_sum", "graded", "bands"):
        high = par.get("封顶", p)
    if kind == "completion":
        high = par.get("封顶比", F(1)) * p
    if kind == "change":
        low, high = par["基础"] - par["减少封顶"], par["基础"] + par["增加封顶"]
    if kind == "threshold":
        low = min(par.get("未达", F(0)), F(0))
    if row["role"] != "base":
        low = max(low, F(0))
    raw = by_periods(kind, par, p, v) if "周期" in par else formula(kind, par, p, v, **context)
    return within(half_up(raw, decimals), low, high)


def sheet_of(rows, decimals, kind, points):
    """Code → what counts in the parent, from the leaves up; None where nothing applies."""
    counted = dict(points)
    for row in reversed(rows):
        if row["code"] in counted:
            continue
        parts = [counted[one["code"]] for one in rows if one["parent"] == row["code"]]
        parts = [part for part in parts if part is not None]
        total = min(sum(parts, F(0)), row["points"])
        if row.get("weight"):
            total = half_up(total / row["points"] * row["weight"], decimals)
            total = min(total, row["weight"])
        counted[row["code"]] = total if parts else None
    return counted


def applicable(rows, kind, code=""):
    """The base points that apply to a kind, below a branch or in all."""
    total = F(0)
    for row in rows:
        if row["parent"] != code or row["role"] != "base":
            continue
        if "kind" in row:
            total += row["points"] if not row["kinds"] or kind in row["kinds"] else 0
        else:
            below = min(applicable(rows, kind, row["code"]), row["points"])
            total += below / row["points"] * (row.get("weight") or row["points"])
    return total


def base_of(policy, total, earned, can_be_had, decimals):
    if can_be_had == total or policy == "计零分":
        return earned
    if policy == "计满分":
        return half_up(earned + total - can_be_had, decimals)
    return half_up(earned * total / can_be_had, decimals)


def graded(settings, standing, barred, vetoed):
    """The grade of each unit of one group: ``standing`` are their totals."""
    bands = settings["bands"]
    names = {
        unit: next((name for name, low in bands[:-1] if total >= low), bands[-1][0])
        for unit, total in standing.items()
    }
    top, second, worst = bands[0][0], bands[1][0], bands[-1][0]
    names |= dict.fromkeys(vetoed & set(names), worst)
    names |= {unit: second for unit in barred if names.get(unit) == top}
    places = floor(settings["ratio"] * len(standing))
    queue = [unit for unit, name in names.items() if name == top and unit not in vetoed]
    for total in sorted({standing[unit] for unit in queue}, reverse=True):
        tied = [unit for unit in queue if standing[unit] == total]
        places = places - len(tied) if len(tied) <= places else -1
        if places < 0:
            names |= dict.fromkeys(tied, second)
    return names
