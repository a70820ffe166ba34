"""What the ledgers of the corpus say, as the columns of the register read it."""

from datetime import date

KEYS = (
    "name",
    "short_name",
    "kind",
    "place",
    "superior",
    "trade_system",
    "valid_from",
    "valid_until",
    "capacity",
    "is_willing",
    "offers",
    "needs",
    "former_names",
)
KINDS = {
    "township": "苏木乡镇",
    "village": "嘎查村",
    "community": "社区",
    "government_department": "政府部门",
    "school": "学校",
    "enterprise": "企业",
}
LISTS = ("offers", "needs", "former_names")


def _unit(*values):
    return dict(zip(KEYS, values, strict=True))


UNITS = [
    _unit(
        "八仙筒镇",
        "八仙筒镇",
        "township",
        "八仙筒镇",
        "奈曼旗",
        "",
        date(1984, 5, 1),
        None,
        6,
        True,
        ["展厅", "讲师"],
        ["文艺队"],
        ["八仙筒公社", "八仙筒苏木"],
    ),
    _unit(
        "胜利村村民委员会",
        "胜利村",
        "village",
        "八仙筒镇",
        "八仙筒镇",
        "",
        date(1999, 12, 31),
        None,
        2,
        True,
        [],
        ["产业帮扶", "讲师"],
        [],
    ),
    _unit(
        "东明嘎查嘎查委员会",
        "东明嘎查",
        "village",
        "固日班花苏木",
        "固日班花苏木",
        "",
        date(2001, 10, 1),
        None,
        1,
        False,
        ["文艺队"],
        [],
        [],
    ),
    _unit(
        "诺恩吉雅社区居民委员会",
        "诺恩吉雅社区",
        "community",
        "大沁他拉街道",
        "大沁他拉街道",
        "",
        date(2011, 3, 15),
        None,
        3,
        True,
        ["活动室"],
        ["讲师"],
        [],
    ),
    _unit(
        "奈曼旗教育体育局",
        "旗教体局",
        "government_department",
        "",
        "奈曼旗",
        "教体",
        date(2019, 2, 28),
        None,
        5,
        True,
        ["讲师", "运动场"],
        [],
        ["奈曼旗教育局"],
    ),
    _unit(
        "奈曼旗第九中学",
        "旗九中",
        "school",
        "大沁他拉镇",
        "奈曼旗教育体育局",
        "教体",
        date(2005, 9, 1),
        date(2024, 2, 29),
        0,
        False,
        ["礼堂"],
        [],
        [],
    ),
    _unit(
        "内蒙古沙地食品有限责任公司",
        "沙地食品",
        "enterprise",
        "大沁他拉镇",
        "",
        "工商联",
        date(2016, 11, 20),
        None,
        4,
        True,
        ["展厅"],
        ["产业帮扶"],
        [],
    ),
]
VILLAGES = UNITS[1:4]


def truth(units, keys, **changed):
    """One dict per unit with what those columns must give; blank cells give nothing.

    `changed`: key → function of the unit, where the ledger says less or other than the truth.
    """
    return [
        {
            key: as_read(value)
            for key in keys
            if (value := changed[key](unit) if key in changed else unit[key]) not in (None, "", [])
        }
        for unit in units
    ]


def as_read(value):
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, list) else value
