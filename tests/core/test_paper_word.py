"""Letters as Word: the numbers of GB/T 9704-2012 in the file, and the words of the PDF."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, Twips

from core.paper import (
    LETTER_FORMATS,
    Align,
    Appendix,
    Letter,
    Paragraph,
    Table,
    TableColumn,
    TableRow,
)
from tests.core.test_paper import DEMO, LETTER, META
from tests.papers import pdf_words, word_words

TABLE = Table(
    caption="苏木乡镇",
    columns=(
        TableColumn("序号", 9, Align.CENTRED),
        TableColumn("单位", 61),
        TableColumn("总分", 30, Align.FIGURE),
    ),
    rows=(
        TableRow(("1", "大沁他拉镇", "84\n更正后 85"), stands_out=True),
        TableRow(("2", "八仙筒镇", "91.5")),
    ),
)
LISTED = replace(
    LETTER, appendices=(Appendix("附件1", "名单", tables=(TABLE, TABLE), note="注：以上为准。"),)
)
PLAIN = Letter(
    title="工作总结", body=(Paragraph("正文。"),), signer="旗创建办", signed_on=date(2026, 1, 5)
)


def as_word(letter, meta=META):
    return LETTER_FORMATS["docx"].render(letter, meta=meta)


def as_pdf(letter, meta=META):
    return LETTER_FORMATS["pdf"].render(letter, meta=meta)


def opened(letter, meta=META):
    return Document(io.BytesIO(as_word(letter, meta)))


def attributes(element, path):
    """The attributes of the first element found below, without their namespace."""
    found = element.find("/".join(qn(f"w:{step}") for step in path.split("/")))
    return {} if found is None else {key.partition("}")[2]: value for key, value in found.items()}


def styled(document, name):
    return document.styles[name].element


def texts(document, style):
    return [one.text for one in document.paragraphs if one.style.name == style]


@pytest.mark.parametrize("letter", [LETTER, LISTED, PLAIN], ids=["letter", "tables", "plain"])
def test_word_says_what_the_pdf_says(letter):
    assert word_words(as_word(letter)) == pdf_words(as_pdf(letter), letter.mark)


def test_word_stands_in_the_type_area_of_the_standard():
    section = opened(LETTER).sections[0]

    margins = {
        "top": section.top_margin.mm,
        "bottom": section.bottom_margin.mm,
        "left": section.left_margin.mm,
        "right": section.right_margin.mm,
    }
    near = {"top": 37, "bottom": 35, "left": 28, "right": 26}
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.05)
    assert margins == pytest.approx(near, abs=0.05)
    assert section.gutter == 0


def test_word_has_a_grid_of_22_lines_of_28_characters():
    section = opened(LETTER).sections[0]
    grid = attributes(section._sectPr, "docGrid")

    height = section.page_height - section.top_margin - section.bottom_margin
    width = section.page_width - section.left_margin - section.right_margin
    pitch = Twips(int(grid["linePitch"]))
    character = Pt(16 + int(grid["charSpace"]) / 4096)
    assert grid["type"] == "linesAndChars"
    assert (height // pitch, width // character) == (22, 28)
    assert pitch.mm == pytest.approx(225 / 22, abs=0.02)
    assert character.mm == pytest.approx(156 / 28, abs=0.01)


def test_word_sets_the_body_in_16_points_at_28_95_points():
    body = styled(opened(LETTER), "公文正文")

    assert attributes(body, "pPr/spacing") == {
        "before": "0", "after": "0", "line": "579", "lineRule": "exact",
    }  # fmt: skip
    assert attributes(body, "pPr/ind") == {"firstLineChars": "200", "firstLine": "632"}
    assert attributes(body, "rPr/sz") == {"val": "32"}
    # 28 characters, each narrower by this much, are less than the type area
    assert int(attributes(body, "rPr/spacing")["val"]) == -6
    assert 28 * (320 - 6) <= Mm(156).twips < 29 * (320 - 6)


@pytest.mark.parametrize(
    ("style", "typeface", "points"),
    [
        ("公文正文", "仿宋_GB2312", 16),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
        ("Heading 3", "仿宋_GB2312", 16),
        ("Heading 4", "仿宋_GB2312", 16),
        ("Title", "方正小标宋简体", 22),
        ("发文机关标志", "方正小标宋简体", 16),
        ("发文字号", "仿宋_GB2312", 16),
        ("附件序号", "黑体", 16),
        ("版记", "仿宋_GB2312", 14),
        ("单页页码", "宋体", 14),
        ("双页页码", "宋体", 14),
        ("表头", "黑体", 10.5),
        ("表文", "仿宋_GB2312", 10.5),
    ],
)
def test_word_names_the_official_typefaces(style, typeface, points):
    element = styled(opened(LETTER), style)

    assert attributes(element, "rPr/rFonts") == {
        "ascii": typeface, "hAnsi": typeface, "eastAsia": typeface, "cs": typeface,
        "hint": "eastAsia",
    }  # fmt: skip
    assert attributes(element, "rPr/sz") == {"val": str(round(2 * points))}


def test_word_names_what_stands_in_for_a_missing_typeface():
    [part] = [
        part for part in opened(LETTER).part.package.iter_parts() if "fontTable" in part.partname
    ]

    text = part.blob.decode()
    assert text.count("<w:altName") == 5
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in text


def test_word_gives_each_element_its_style():
    document = opened(LETTER)

    assert texts(document, "发文机关标志") == [LETTER.mark]
    assert texts(document, "发文字号") == [LETTER.number]
    assert texts(document, "Title") == ["\n".join(LETTER.title_lines()), "考核评分细则"]
    assert texts(document, "主送机关") == [LETTER.addressee + "："]
    assert texts(document, "Heading 1") == ["一、目标任务"]
    assert texts(document, "Heading 2") == ["（一）一对一结对"]
    assert texts(document, "Heading 3") == ["1.旗内乡镇之间"]
    assert texts(document, "Heading 4") == ["（1）嘎查村之间"]
    assert texts(document, "附件说明") == ["附件：1.考核评分细则"]
    assert texts(document, "附件说明续") == ["2.奖补资金分配表"]
    assert texts(document, "附件序号") == ["附件1"]


def test_word_narrows_a_long_mark_to_the_type_area():
    [mark] = [one for one in opened(LETTER).paragraphs if one.style.name == "发文机关标志"]
    properties = mark.runs[0]._r

    wide = int(attributes(properties, "rPr/w")["val"]) / 100
    size = int(attributes(properties, "rPr/sz")["val"]) / 2
    assert len(LETTER.mark) * size * wide <= 442.3
    assert attributes(mark._p, "pPr/spacing")["before"] == str(Mm(35).twips)
    assert attributes(styled(opened(LETTER), "发文机关标志"), "rPr/color") == {"val": "E60012"}


def test_word_has_a_red_line_below_the_number_only_with_a_mark():
    border = "pPr/pBdr/bottom"

    lines = [attributes(one._p, border) for one in opened(LETTER).paragraphs]
    plain = [attributes(one._p, border) for one in opened(PLAIN).paragraphs]

    assert [line for line in lines if line] == [
        {"val": "single", "sz": "11", "space": "0", "color": "E60012"}
    ]
    assert [line for line in plain if line] == []


@pytest.mark.parametrize(
    ("signer", "right"),
    [
        # six and a half characters of date, four of signer
        ("旗创建办", 4 + (6.5 - 4) / 2),
        ("奈曼旗民族团结进步创建工作领导小组办公室", 0),
    ],
    ids=["short", "long"],
)
def test_word_centres_the_signer_on_the_date(signer, right):
    document = opened(replace(PLAIN, signer=signer, signed_on=date(2026, 1, 15)))

    [name] = [one for one in document.paragraphs if one.style.name == "署名"]
    dated = styled(document, "成文日期")
    assert texts(document, "成文日期") == ["2026年1月15日"]
    assert attributes(dated, "pPr/ind") == {"right": "1264"}
    assert int(attributes(name._p, "pPr/ind")["right"]) == pytest.approx(right * 315.9, abs=1)


def test_word_leaves_room_for_the_seal_and_has_no_picture():
    content = as_word(LETTER)

    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    signer = styled(Document(io.BytesIO(content)), "署名")
    assert sorted(names) == [
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/app.xml",
        "docProps/core.xml",
        "word/_rels/document.xml.rels",
        "word/document.xml",
        "word/fontTable.xml",
        "word/footer1.xml",
        "word/footer2.xml",
        "word/settings.xml",
        "word/styles.xml",
    ]
    assert attributes(signer, "pPr/spacing")["before"] == str(3 * 579)


def test_word_numbers_odd_pages_right_and_even_pages_left():
    document = opened(LETTER)
    section = document.sections[0]

    feet = (section.footer, section.even_page_footer)
    told = ["".join(text.text for text in foot._element.iter(qn("w:t"))) for foot in feet]
    fields = [next(foot._element.iter(qn("w:fldSimple"))).get(qn("w:instr")) for foot in feet]
    assert document.settings.odd_and_even_pages_header_footer
    assert (told, fields) == (["— 1 —", "— 1 —"], [" PAGE ", " PAGE "])
    assert [foot.paragraphs[0].style.name for foot in feet] == ["单页页码", "双页页码"]
    assert attributes(styled(document, "单页页码"), "pPr/jc") == {"val": "right"}
    assert attributes(styled(document, "单页页码"), "pPr/ind") == {"right": "280"}
    assert attributes(styled(document, "双页页码"), "pPr/jc") == {"val": "left"}
    assert attributes(styled(document, "双页页码"), "pPr/ind") == {"left": "280"}
    # The middle of a line of 14 points is 7 mm below the type area.
    middle = section.bottom_margin - section.footer_distance - Pt(7)
    assert Emu(middle).mm == pytest.approx(7, abs=0.05)


def test_word_marks_demonstration_data_on_every_page():
    marked, plain = opened(LETTER, DEMO).sections[0], opened(LETTER).sections[0]

    def told(section):
        heads = (section.header, section.even_page_header)
        return ["".join(one.text for one in head.paragraphs) for head in heads]

    assert told(marked) == ["演示数据", "演示数据"]
    assert plain.header.is_linked_to_previous


def test_word_says_in_its_properties_what_it_is():
    meta = replace(DEMO, subject="数据截至 2026-03-31 18:00")

    facts = opened(LETTER, meta).core_properties

    assert (facts.title, facts.author, facts.last_modified_by) == (
        LETTER.title, "旗创建办", "旗创建办",
    )  # fmt: skip
    assert (facts.subject, facts.keywords, facts.comments, facts.language) == (
        "数据截至 2026-03-31 18:00", "演示数据", "", "zh-CN",
    )  # fmt: skip
    assert facts.created == META.made_at
    assert opened(LETTER).core_properties.keywords == ""


def test_word_is_chinese_to_the_spelling_checker():
    defaults = opened(LETTER).styles.element

    assert attributes(defaults, "docDefaults/rPrDefault/rPr/lang") == {
        "val": "zh-CN", "eastAsia": "zh-CN",
    }  # fmt: skip


def test_word_begins_an_appendix_on_a_new_page():
    document = opened(LISTED)

    broken = [
        one.text
        for one in document.paragraphs
        if one._p.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}") is not None
    ]
    assert broken == ["附件1"]


def test_word_repeats_the_head_of_a_table_and_keeps_its_rows_whole():
    table = opened(LISTED).tables[0]._tbl

    rows = [
        [child.tag.partition("}")[2] for child in row.find(qn("w:trPr"))]
        for row in table.iter(qn("w:tr"))
    ]
    widths = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
    assert rows == [["cantSplit", "tblHeader"], ["cantSplit"], ["cantSplit"]]
    assert [round(width / sum(widths), 2) for width in widths] == [0.09, 0.61, 0.3]
    assert sum(widths) == pytest.approx(Mm(156).twips, abs=2)
    assert attributes(table, "tblPr/tblLayout") == {"type": "fixed"}


def test_word_sets_the_cells_of_a_table():
    table = opened(LISTED).tables[0]

    cells = [
        [(cell.text, cell.paragraphs[0].style.name) for cell in row.cells] for row in table.rows
    ]
    first = table.cell(1, 1).paragraphs[0].runs[0]._r
    assert cells == [
        [("序号", "表头"), ("单位", "表头"), ("总分", "表头")],
        [("1", "表文居中"), ("大沁他拉镇", "表文"), ("84\n更正后 85", "表中数字")],
        [("2", "表文居中"), ("八仙筒镇", "表文"), ("91.5", "表中数字")],
    ]
    assert attributes(first, "rPr/rFonts")["eastAsia"] == "黑体"


def test_word_sets_more_than_one_row_on_the_last_page_of_a_table():
    rows = tuple(TableRow((str(number), "八仙筒镇", "91.5")) for number in range(6))
    appendix = Appendix("附件", "名单", tables=(replace(TABLE, rows=rows),))

    [table] = opened(replace(PLAIN, appendices=(appendix,))).tables

    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
    assert kept == [None, None, None, True, True, True, None]


@pytest.mark.parametrize("caption", ["政府部门", ""], ids=["caption", "none"])
def test_word_parts_two_tables_by_a_paragraph(caption):
    """Without one between them Word makes one table of two."""
    second = replace(TABLE, caption=caption)
    appendix = Appendix("附件", "名单", tables=(TABLE, second))

    body = opened(replace(PLAIN, appendices=(appendix,))).element.body

    tags = [child.tag.partition("}")[2] for child in body][-6:]
    assert tags == ["p", "tbl", "p", "tbl", "p", "sectPr"]


def test_word_has_an_imprint_at_the_foot():
    [imprint] = opened(LETTER).tables

    assert [row.cells[0].text for row in imprint.rows] == [
        "抄送：市民委，旗人大常委会办公室。",
        "奈曼旗民族团结进步创建工作领导小组办公室\t2026年4月8日印发",
    ]
    assert attributes(imprint._tbl, "tblPr/tblpPr")["tblpYSpec"] == "bottom"
    assert [attributes(imprint._tbl, f"tblPr/tblBorders/{side}")["sz"] for side in (
        "top", "bottom", "insideH",
    )] == ["8", "8", "6"]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "lines"),
    [
        ({"copies_to": "市民委"}, ["抄送：市民委。"]),
        ({"printed_by": "旗创建办"}, ["旗创建办\t"]),
    ],
    ids=["copies", "printer"],
)
def test_word_leaves_empty_lines_out_of_the_imprint(facts, lines):
    [imprint] = opened(replace(PLAIN, **facts)).tables

    assert [row.cells[0].text for row in imprint.rows] == lines


ODD = "甲\x00乙\x0b丙\ufffe丁\u2009戊\u2212己\n庚<b>&amp;"


def test_word_and_pdf_take_odd_characters_alike():
    letter = replace(PLAIN, body=(Paragraph(ODD),), signer=f"旗{ODD}", addressee=ODD)

    content = as_word(letter)

    assert texts(Document(io.BytesIO(content)), "公文正文") == ["甲乙丙丁 戊－己 庚<b>&amp;"]
    assert word_words(content) == pdf_words(as_pdf(letter))


def test_word_takes_odd_characters_in_every_place():
    table = replace(TABLE, caption=ODD, rows=(TableRow((ODD, ODD, ODD)),))
    odd = Letter(
        title=ODD,
        body=(Paragraph(ODD, 1), Paragraph(ODD)),
        signer=ODD,
        signed_on=date(2026, 1, 5),
        mark=ODD,
        number=ODD,
        addressee=ODD,
        attachments=(ODD, ODD),
        appendices=(Appendix(ODD, ODD, (Paragraph(ODD),), (table,), ODD),),
        copies_to=ODD,
        printed_by=ODD,
    )
    meta = replace(META, title=ODD * 30, author=ODD * 30, subject=ODD * 30)

    document = opened(odd, meta)

    assert len(document.core_properties.title) == 255
    assert not any(mark in document.element.xml for mark in "\x00\x0b\ufffe")


def test_word_keeps_a_short_last_paragraph_with_the_signature():
    long = replace(PLAIN, body=(Paragraph("长" * 300),))

    def is_kept(letter):
        [last] = [one for one in opened(letter).paragraphs if one.style.name == "公文正文"]
        return last.paragraph_format.keep_with_next is True

    assert (is_kept(PLAIN), is_kept(long)) == (True, False)
