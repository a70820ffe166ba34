import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.personal_data import (
    find_personal_data,
    personal_data_warnings,
    without_personal_data,
)
from core.personal_data.numbers import CHECK_CHARACTERS, WEIGHTS


def found(text):
    return [(hit.kind, hit.text) for hit in find_personal_data(text)]


def with_check(seventeen):
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, WEIGHTS, strict=True))
    return seventeen + CHECK_CHARACTERS[total % 11]


# The number that the standard itself gives as its example.
EXAMPLE = "11010519491231002X"
FULL_WIDTH = "１１０１０５１９４９１２３１００２Ｘ"


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        (f"身份证号{EXAMPLE}。", [("identity", EXAMPLE)]),
        (EXAMPLE.lower(), [("identity", EXAMPLE.lower())]),
        ("110105 19491231 002X", [("identity", "110105 19491231 002X")]),
        (
            "１１０１０５１９４９１２３１００２Ｘ",
            [("identity", "１１０１０５１９４９１２３１００２Ｘ")],
        ),
        ("旧证150525490101123号", [("identity", "150525490101123")]),
        # Wrong check character: still warned of, as a slip.
        ("110105194912310021", [("mistyped", "110105194912310021")]),
        # No such day, no such place, a longer number.
        (with_check("11010519490231002"), []),
        (with_check("19010519491231002"), []),
        ("150525491301123", []),
        (f"9{EXAMPLE}", []),
        # A unified social credit code and a division code.
        ("统一社会信用代码11150525MB1234567X", []),
        ("区划代码150525101201", []),
    ],
)
def test_find_personal_data_knows_identity_numbers(text, hits):
    assert found(text) == hits


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("请联系13800138000。", [("phone", "13800138000")]),
        ("电话：138 0013 8000", [("phone", "138 0013 8000")]),
        ("+86-138-0013-8000", [("phone", "+86-138-0013-8000")]),
        ("１３８００１３８０００", [("phone", "１３８００１３８０００")]),
        # Office lines, sums of money, other numbers.
        ("值班电话0475-4212345", []),
        ("拨付13800138000元", []),
        ("合计13800138000.50", []),
        ("共138001380001人", []),
        ("12345678901", []),
    ],
)
def test_find_personal_data_knows_mobile_phones(text, hits):
    assert found(text) == hits


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("张三，蒙古族，中共党员", "蒙古族"),
        ("张三（蒙古族）参加活动", "蒙古族"),
        ("参加人：欧阳娜娜、土家族", "土家族"),
        ("巴特尔，蒙古族，牧民", "蒙古族"),
        ("由乌兰图雅（蒙古族）主持", "蒙古族"),
        ("主持人 斯琴高娃 蒙古族", "蒙古族"),
        ("男，汉族，1980年生", "汉族"),
        ("汉族，女，", "汉族"),
        ("民族：汉", "汉"),
        ("民族成份: 达斡尔族", "达斡尔族"),
        ("他是蒙古族。", "蒙古族"),
        ("本人系满族", "满族"),
        ("李明是回族人", "回族"),
        ("蒙古族党员王芳和邻居", "蒙古族"),
        ("汉族村民李秀英，", "汉族"),
    ],
)
def test_find_personal_data_knows_the_ethnicity_of_a_person(text, people):
    assert found(text) == [("ethnicity", people)]


@pytest.mark.parametrize(
    "text",
    [
        "民族团结进步创建活动",
        "铸牢中华民族共同体意识",
        "弘扬蒙古族文化，传承安代舞",
        "各族群众欢聚一堂",
        "汉族、蒙古族、满族等各民族群众",
        "有汉族、白族、蒙古族、回族。",
        "蒙古族占全村人口七成",
        "其中蒙古族3户",
        "蒙古族人口较多的嘎查",
        "蒙古族学生和汉族学生结对",
        "蒙古族干部高度重视",
        "大沁他拉镇，蒙古族，汉族聚居",
        "明仁苏木（蒙古族）",
        "民族：团结进步",
        "民族宗教事务委员会",
        "马头琴、蒙古族、长调",
        "学习蒙古族青年那达慕的组织办法",
        "回族自治州代表团来访",
        "",
    ],
)
def test_find_personal_data_leaves_the_words_of_the_programme_alone(text):
    assert found(text) == []


def test_find_personal_data_gives_places_in_order_without_overlap():
    hits = find_personal_data(f"王芳，汉族，13800138000，{EXAMPLE}")

    assert [(hit.kind, hit.start, hit.end) for hit in hits] == [
        ("ethnicity", 3, 5),
        ("phone", 6, 17),
        ("identity", 18, 36),
    ]


def test_personal_data_warnings_tell_the_place_and_hide_the_number():
    assert personal_data_warnings(f"证件{EXAMPLE}，电话13800138000，他是汉族") == [
        "第 3 个字起“110*************2X”像是身份证号，平台不保存，请删去。",
        "第 24 个字起“138******00”像是个人手机号，请删去或改为单位电话。",
        "第 38 个字起“汉族”像是某个人的民族，平台不保存，请删去。",
    ]


@given(st.text(max_size=60))
def test_find_personal_data_reads_any_text(text):
    for hit in find_personal_data(text):
        assert text[hit.start : hit.end] == hit.text


@pytest.mark.parametrize("text", ["宣讲，联系人张三，蒙古族，42岁", "负责人李四（汉族）"])
def test_ethnicity_is_found_behind_an_office(text):
    assert [hit.kind for hit in find_personal_data(text)] == ["ethnicity"]


def test_numbers_are_hidden_where_a_text_is_shown():
    assert without_personal_data("张三13912345678在") == "张三139******78在"
