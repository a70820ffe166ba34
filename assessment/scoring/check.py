"""Whether a scheme is sound: everything that is wrong with it, all at once."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessment.rules import Fault, GroupContext, Refused, Role, Rule
from assessment.rules.arithmetic import MOST_DECIMALS, ZERO, exact, round_half_up, show
from assessment.scoring.spec import IndicatorSpec, SchemeSpec
from assessment.scoring.sums import sum_of
from assessment.scoring.tree import Tree


class SchemeRefused(Refused):
    """A scheme that cannot be published nor scored with."""


def check_scheme(spec: SchemeSpec) -> list[Fault]:
    """Everything that is wrong with a scheme; an empty list where it may be published.

    ``Fault.key`` is the column or item of the scheme workbook (总分, 等次, 编码, 上级编码, 角色,
    分值, 赋分办法, 参数, 互斥, 折算), ``Fault.code`` the indicator concerned, empty for the scheme
    itself. The points of the children of a base branch must add up to the branch and the base
    branches to the total, for all units or for each kind that the table names.
    """
    endless = list(_check_finite(spec))
    if endless:
        return endless
    tree = Tree.of(spec.indicators)
    with exact():
        return [
            *_check_settings(spec),
            *_check_grades(spec),
            *_check_codes(spec.indicators),
            *_check_places(tree),
            *_check_roles(tree),
            *_check_points(tree),
            *_check_rules(tree),
            *_check_sums(spec, tree),
            *_check_exclusions(tree),
            *_check_peers(tree),
        ]


def _check_finite(spec: SchemeSpec) -> Iterator[Fault]:
    """Infinities and not-a-numbers, which no other check could compare."""
    numbers = [("总分", spec.total, ""), ("优秀比例", spec.excellent_ratio, "")]
    numbers += [("等次", band.lower, "") for band in spec.grade_bands]
    numbers += [("分值", indicator.points, indicator.code) for indicator in spec.indicators]
    numbers += [("折算", indicator.weight, indicator.code) for indicator in spec.indicators]
    for key, number, code in numbers:
        if number is not None and not number.is_finite():
            yield Fault(key, _("“%(key)s”不是数") % {"key": key}, code)


def _check_settings(spec: SchemeSpec) -> Iterator[Fault]:
    if spec.total <= 0:
        yield Fault("总分", _("总分必须大于 0"))
    if spec.decimals not in range(5):
        yield Fault("小数位", _("小数位应为 0 至 4"))
    if not spec.indicators:
        yield Fault("编码", _("方案没有指标，请先添加指标"))


def _check_grades(spec: SchemeSpec) -> Iterator[Fault]:
    bands = spec.grade_bands
    names = [band.name for band in bands]
    if len(bands) == 1:
        yield Fault("等次", _("等次至少要有两档"))
    if len(set(names)) < len(names) or not all(name.strip() for name in names):
        yield Fault("等次", _("等次的名称不能为空，也不能重复"))
    for better, worse in zip(bands, bands[1:], strict=False):
        if better.lower <= worse.lower:
            words = {
                "better": better.name,
                "worse": worse.name,
                "upper": show(better.lower),
                "lower": show(worse.lower),
            }
            message = _("等次应从高到低：“%(better)s”%(upper)s 分不高于“%(worse)s”%(lower)s 分")
            yield Fault("等次", message % words)
    if spec.excellent_ratio is not None:
        if not ZERO < spec.excellent_ratio <= 1:
            yield Fault("优秀比例", _("优秀比例应大于 0、不大于 1，如 0.3"))
        if not bands:
            yield Fault("等次", _("写了优秀比例就要写等次"))


def _check_codes(indicators: Iterable[IndicatorSpec]) -> Iterator[Fault]:
    seen: set[str] = set()
    for indicator in indicators:
        if not indicator.code.strip():
            yield Fault("编码", _("指标“%(name)s”没有编码") % {"name": indicator.name[:20]})
        elif indicator.code in seen:
            message = _("编码“%(code)s”重复") % {"code": indicator.code}
            yield Fault("编码", message, indicator.code)
        seen.add(indicator.code)


def _check_places(tree: Tree) -> Iterator[Fault]:
    placed = {indicator.code for indicator in tree.order}
    for indicator in tree.by_code.values():
        words = {"code": indicator.code, "parent": indicator.parent}
        if indicator.parent and indicator.parent not in tree.by_code:
            message = _("“%(code)s”的上级编码“%(parent)s”不存在") % words
            yield Fault("上级编码", message, indicator.code)
        elif indicator.code not in placed and _is_own_ancestor(indicator, tree):
            message = _("“%(code)s”的上级关系成环：它是自己的上级") % words
            yield Fault("上级编码", message, indicator.code)


def _is_own_ancestor(indicator: IndicatorSpec, tree: Tree) -> bool:
    above = tree.by_code[indicator.parent]
    seen = set()
    while above.code not in seen and above.parent in tree.by_code:
        if above is indicator:
            return True
        seen.add(above.code)
        above = tree.by_code[above.parent]
    return above is indicator


def _check_roles(tree: Tree) -> Iterator[Fault]:
    for indicator in tree.order:
        if not indicator.parent:
            continue
        above, own = tree.role[indicator.parent], tree.role[indicator.code]
        if above is not Role.BASE and own is not above:
            words = {"code": indicator.code, "own": own, "above": above}
            message = _("“%(code)s”的角色 %(own)s 与上级的角色 %(above)s 不符") % words
            yield Fault("角色", message, indicator.code)


def _check_points(tree: Tree) -> Iterator[Fault]:
    for indicator in tree.by_code.values():
        words = {"code": indicator.code}
        if indicator.points < 0:
            yield Fault("分值", _("“%(code)s”的分值不能小于 0") % words, indicator.code)
        if indicator.weight is None:
            continue
        if tree.is_leaf(indicator):
            message = _("“%(code)s”没有下级，不能写折算") % words
            yield Fault("折算", message, indicator.code)
        elif indicator.weight <= 0 or indicator.points <= 0:
            message = _("“%(code)s”写了折算，折算与分值都必须大于 0") % words
            yield Fault("折算", message, indicator.code)


def _check_rules(tree: Tree) -> Iterator[Fault]:
    for indicator in tree.by_code.values():
        words = {"code": indicator.code}
        if not tree.is_leaf(indicator):
            if indicator.rule is not None:
                message = _("“%(code)s”有下级，不能写赋分办法") % words
                yield Fault("赋分办法", message, indicator.code)
        elif indicator.rule is None:
            message = _("“%(code)s”没有赋分办法，也没有下级") % words
            yield Fault("赋分办法", message, indicator.code)
        else:
            # What hangs in a cycle has no role.
            role = tree.role.get(indicator.code, Role.BASE)
            limits = _check_limits(indicator.rule, indicator, role)
            for fault in indicator.rule.faults() or limits:
                message = f"“{indicator.code}”：{fault.message}"
                yield Fault("参数", message, indicator.code)


def _check_limits(rule: Rule[Any], leaf: IndicatorSpec, role: Role) -> Iterator[Fault]:
    """Points are rounded and then held between floor and cap: a finer limit would be kept cut."""
    if _is_too_fine(leaf.points):
        return  # told where points are stored
    context = GroupContext(leaf.points, role=role)
    limits = {_("最多"): rule.cap(context), _("最少"): rule.floor(context)}
    for name, points in limits.items():
        if _is_too_fine(points):
            words = {"name": name, "points": show(points), "n": MOST_DECIMALS}
            yield Fault("参数", _("%(name)s %(points)s 分，小数超过 %(n)d 位，请改参数") % words)


def _is_too_fine(points: Decimal) -> bool:
    return points != round_half_up(points, MOST_DECIMALS)


def _check_sums(spec: SchemeSpec, tree: Tree) -> Iterator[Fault]:
    for difference in _differences(tree.tops(Role.BASE), spec.total):
        message = _("基础分各项%(difference)s") % {"difference": difference}
        yield Fault("总分", message)
    for indicator in tree.order:
        if tree.role[indicator.code] is not Role.BASE or tree.is_leaf(indicator):
            continue
        for difference in _differences(tree.parts(indicator), indicator.points):
            words = {"code": indicator.code, "name": indicator.name, "difference": difference}
            message = _("“%(code)s %(name)s”的下级%(difference)s") % words
            yield Fault("分值", message, indicator.code)


def _differences(parts: list[IndicatorSpec], points: Decimal) -> list[str]:
    """How the parts fail to add up to the points, in words; nothing where they do."""
    return [
        _("（适用于“%(kind)s”的）%(difference)s")
        % {"kind": kind, "difference": _difference(found, points)}
        if kind
        else _difference(found, points)
        for kind, found in sum_of(parts, points).gaps
    ]


def _difference(found: Decimal, points: Decimal) -> str:
    words = {"found": show(found), "points": show(points), "gap": show((found - points).copy_abs())}
    if found < points:
        return _("分值合计 %(found)s 分，比应有的 %(points)s 分少 %(gap)s 分") % words
    return _("分值合计 %(found)s 分，比应有的 %(points)s 分多 %(gap)s 分") % words


def _check_exclusions(tree: Tree) -> Iterator[Fault]:
    excluders = {
        indicator.code: indicator.excluded_by
        for indicator in tree.by_code.values()
        if indicator.excluded_by
    }
    for code, other in excluders.items():
        words = {"code": code, "other": other}
        target = tree.by_code.get(other)
        if target is None or not tree.is_leaf(target):
            message = _("“%(code)s”的互斥指标“%(other)s”不存在或不是末级指标") % words
            yield Fault("互斥", message, code)
        elif target.rule is not None and not target.rule.needs_value:
            message = _("“%(code)s”的互斥指标“%(other)s”是固定分，没有数据可比") % words
            yield Fault("互斥", message, code)
        elif not tree.is_leaf(tree.by_code[code]):
            message = _("“%(code)s”有下级，不能写互斥") % words
            yield Fault("互斥", message, code)
        elif _leads_back(code, excluders):
            yield Fault("互斥", _("“%(code)s”的互斥关系成环") % words, code)


def _leads_back(code: str, following: dict[str, str]) -> bool:
    seen: set[str] = set()
    at = following.get(code, "")
    while at and at not in seen and at != code:
        seen.add(at)
        at = following.get(at, "")
    return at == code


def _check_peers(tree: Tree) -> Iterator[Fault]:
    """Leaves that a rule looks at (豁免) must exist and have a number as their value."""
    for indicator in tree.by_code.values():
        for other in indicator.rule.peer_codes() if indicator.rule else ():
            target = tree.by_code.get(other)
            if target is None or target.rule is None or not target.rule.is_number_to_others():
                words = {"code": indicator.code, "other": other}
                message = _("“%(code)s”：豁免所看的“%(other)s”不存在，或不是以一个数计分的末级指标")
                yield Fault("参数", message % words, indicator.code)
