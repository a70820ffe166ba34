import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.paper import break_title


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("工作总结", ["工作总结"]),
        ("", [""]),
        ("一二三四五六七八九十一二三四五六七八九十", ["一二三四五六七八九十一二三四五六七八九十"]),
        (
            "关于印发《奈曼旗民族团结进步创建工作“联创共建”行动实施方案》的通知",
            ["关于印发《奈曼旗民族团结进步创建工作", "“联创共建”行动实施方案》的通知"],
        ),
        (
            "奈曼旗民族团结进步创建“联创共建”工作2026年度考核赋分表",
            ["奈曼旗民族团结进步创建", "“联创共建”工作2026年度考核赋分表"],
        ),
        ("第一行\n第二行", ["第一行", "第二行"]),
    ],
)
def test_break_title_keeps_words_whole(title, lines):
    assert break_title(title) == lines


def test_break_title_makes_no_hourglass():
    title = (
        "关于奈曼旗民族团结进步创建工作领导小组办公室"
        "开展“联创共建”行动督导检查发现问题整改情况的报告"
    )

    first, second, third = map(len, break_title(title))

    assert not first > second < third


def test_break_title_fills_the_lines_of_an_endless_title():
    assert break_title("联创共建" * 20) == ["联创共建" * 5] * 4


@given(st.text(alphabet="民族团结进步创建工作的，“”《》2026年 ", max_size=120))
def test_break_title_loses_nothing_and_fits(title):
    lines = break_title(title)

    assert "".join("".join(lines).split()) == "".join(title.split())
    assert all(sum(0.5 if mark.isascii() else 1 for mark in line) <= 20 for line in lines)
