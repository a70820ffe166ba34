import io
from collections import Counter, defaultdict
from datetime import UTC, date, datetime

import pdfplumber
import pytest
from pypdf import PdfReader

from core.errors import RuleError
from core.paper import Appendix, Letter, PaperMeta, Paragraph, render_many, render_pdf
from tests import ink

POINT = 25.4 / 72
LINE = 225 / 22
CHARACTER = 156 / 28
SENTENCE = (
    "推动不同类型、不同地区、不同层级创建主体之间载体活动联办，以点串线、以线连片、以片带面。"
)
LETTER = Letter(
    mark="奈曼旗民族团结进步创建工作领导小组办公室文件",
    number="奈民创办发〔2026〕3号",
    title="关于印发《奈曼旗民族团结进步创建工作“联创共建”行动实施方案》的通知",
    addressee="各苏木乡镇党委，大沁他拉街道党工委，旗直各部门",
    body=(
        Paragraph("一、目标任务", 1),
        Paragraph(SENTENCE * 25),
        Paragraph("（一）一对一结对", 2),
        Paragraph("联系人：王玥、李珺、张喆、赵瑀。"),
        Paragraph("1.旗内乡镇之间", 3),
        Paragraph("（1）嘎查村之间", 4),
        Paragraph(SENTENCE * 8),
    ),
    attachments=("考核评分细则", "奖补资金分配表"),
    signer="奈曼旗民族团结进步创建工作领导小组办公室",
    signed_on=date(2026, 4, 7),
    appendices=(Appendix("附件1", "考核评分细则", (Paragraph(SENTENCE),)),),
    copies_to="市民委，旗人大常委会办公室",
    printed_by="奈曼旗民族团结进步创建工作领导小组办公室",
    printed_on=date(2026, 4, 8),
)
META = PaperMeta(
    title=LETTER.title,
    author="旗创建办",
    made_at=datetime(2026, 4, 7, 2, 30, tzinfo=UTC),
    subject="通知",
)
DEMO = PaperMeta(**{**META.__dict__, "is_demo": True})


def pages_of(content):
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        yield from pdf.pages


@pytest.fixture(scope="module")
def letter():
    content = render_pdf("paper/letter.html", {"letter": LETTER}, meta=META)
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        yield pdf


def lines_of(page):
    """Characters of a page by base line, from the top; page number left out."""
    lines = defaultdict(list)
    for mark in page.chars:
        base = (float(page.height) - mark["matrix"][5]) * POINT
        if base < 263:
            lines[round(base, 1)].append(mark)
    return dict(sorted(lines.items()))


def test_letter_stands_in_the_type_area(letter):
    for page in letter.pages:
        marks = [mark for line in lines_of(page).values() for mark in line]

        assert (float(page.width) * POINT, float(page.height) * POINT) == pytest.approx(
            (210, 297), abs=0.1
        )
        assert min(mark["x0"] for mark in marks) * POINT >= 27.9
        assert max(mark["x1"] for mark in marks) * POINT <= 184.3
        area = ink.cut(ink.dark(page), bottom=263)
        assert ink.rows(area)[0][0] >= 37
        assert ink.rows(area)[-1][1] <= 262.1


def test_letter_sets_22_lines_of_28_characters(letter):
    page = letter.pages[1]
    lines = lines_of(page)
    bases = list(lines)
    full = [line for line in lines.values() if len(line) == 28]

    assert len(bases) == 22
    assert bases[-1] - bases[0] == pytest.approx(21 * LINE, abs=0.4)
    assert {round(line[0]["size"], 1) for line in lines.values()} == {16}
    assert len(full) >= 3
    for line in full:
        assert (line[-1]["x0"] - line[0]["x0"]) * POINT == pytest.approx(27 * CHARACTER, abs=0.15)


def test_letter_sets_every_line_of_a_paragraph_to_the_full_measure(letter):
    long = [line for line in lines_of(letter.pages[1]).values() if len(line) >= 26]

    ends = [line[-1]["x1"] * POINT for line in long]
    assert len(long) >= 10
    assert ends == [pytest.approx(184.1, abs=0.15)] * len(ends)


def test_letter_indents_paragraphs_by_two_characters(letter):
    lines = lines_of(letter.pages[0]).values()
    head = next(line for line in lines if line[0]["text"] == "一")

    assert head[0]["x0"] * POINT == pytest.approx(28 + 2 * CHARACTER, abs=0.1)


def test_letter_uses_the_typeface_of_each_element(letter):
    starts = {
        "".join(mark["text"] for mark in line)[:4]: line[0]["fontname"].partition("+")[2]
        for page in letter.pages
        for line in lines_of(page).values()
    }

    assert starts["关于印发"] == "FandolSong-Bold"
    assert starts["一、目标"] == "FandolHei-Regular"
    assert starts["（一）一"] == "FandolKai-Regular"
    assert starts["（1）嘎"] == "FandolFang-Regular"
    assert starts["推动不同"] == "FandolFang-Regular"
    assert starts["附件1"] == "FandolHei-Regular"


def test_letter_centres_its_title_in_a_trapezoid(letter):
    lines = lines_of(letter.pages[0]).values()
    title = [line for line in lines if round(line[0]["size"], 1) == 22]

    assert ["".join(mark["text"] for mark in line) for line in title] == [
        "关于印发《奈曼旗民族团结进步创建工作",
        "“联创共建”行动实施方案》的通知",
    ]
    for line in title:
        assert (line[0]["x0"] + line[-1]["x1"]) / 2 * POINT == pytest.approx(106, abs=0.3)


def test_letter_has_its_red_head_where_the_standard_puts_it(letter):
    page = letter.pages[0]
    mark, rule = ink.rows(ink.red(page))
    number = ink.rows(ink.cut(ink.dark(page), bottom=rule[0]))
    edges = ink.columns(ink.cut(ink.red(page), top=rule[0]))

    assert mark[0] == pytest.approx(37 + 35, abs=0.5)
    assert len(number) == 1
    assert number[0][0] - mark[1] == pytest.approx(2 * LINE + 2.3, abs=0.5)
    assert rule[0] - number[0][1] == pytest.approx(4, abs=0.5)
    assert edges == [(pytest.approx(28, abs=0.1), pytest.approx(184, abs=0.1))]


def test_letter_leaves_two_lines_between_red_line_and_title(letter):
    page = letter.pages[0]
    rule = ink.rows(ink.red(page))[1]
    title = ink.rows(ink.cut(ink.dark(page), top=rule[1]))[0]

    assert title[0] - rule[1] == pytest.approx(2 * LINE + 2.5, abs=1)


def test_letter_numbers_odd_pages_right_and_even_pages_left(letter):
    for number, page in enumerate(letter.pages, 1):
        foot = ink.cut(ink.dark(page), top=263)
        edges = ink.columns(foot)
        dash = ink.rows(ink.cut(foot, left=edges[0][0], right=edges[0][1]))

        assert page.extract_text().splitlines()[-1] == f"— {number} —"
        assert dash[0][0] == pytest.approx(262 + 7, abs=0.2)
        if number % 2:
            assert edges[-1][1] == pytest.approx(184 - 14 * POINT, abs=0.2)
        else:
            assert edges[0][0] == pytest.approx(28 + 14 * POINT, abs=0.2)


def test_letter_dates_four_characters_from_the_right(letter):
    lines = [line for page in letter.pages for line in lines_of(page).values()]
    dated = next(line for line in lines if line[0]["text"] == "2" and line[-1]["text"] == "日")

    assert "".join(mark["text"] for mark in dated) == "2026年4月7日"
    assert dated[-1]["x1"] * POINT == pytest.approx(184 - 4 * CHARACTER, abs=0.2)


def test_letter_begins_an_appendix_on_a_new_page(letter):
    page = next(page for page in letter.pages if page.extract_text().startswith("附件1"))
    first = next(iter(lines_of(page).values()))

    assert first[0]["x0"] * POINT == pytest.approx(28, abs=0.1)


def test_letter_has_its_imprint_at_the_foot_of_the_last_page(letter):
    page = letter.pages[-1]
    rules = [
        band
        for band in ink.rows(ink.cut(ink.dark(page), left=28, top=200, right=30, bottom=263))
        if band[1] - band[0] < 1
    ]
    text = page.extract_text()

    assert [round(end - start, 2) for start, end in rules] == [
        pytest.approx(0.35, abs=0.07),
        pytest.approx(0.25, abs=0.07),
        pytest.approx(0.35, abs=0.07),
    ]
    assert rules[-1][1] == pytest.approx(262, abs=0.2)
    assert "抄送：市民委，旗人大常委会办公室。" in text
    assert "2026年4月8日印发" in text


def test_letter_embeds_every_font_as_a_subset():
    content = render_pdf("paper/letter.html", {"letter": LETTER}, meta=META)
    reader = PdfReader(io.BytesIO(content))

    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    names = sorted({font["/FontName"].partition("+")[2] for font in fonts})
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
    assert names[:5] == [
        "FandolFang-Regular",
        "FandolHei-Regular",
        "FandolKai-Regular",
        "FandolSong-Bold",
        "FandolSong-Latin",
    ]
    assert len(content) < 600_000


def test_letter_shows_rare_characters_of_names(letter):
    rare = {
        mark["text"]: mark["fontname"]
        for page in letter.pages
        for mark in page.chars
        if mark["text"] in "玥珺喆瑀"
    }

    assert set(rare) == set("玥珺喆瑀")
    assert not any("Fandol" in name for name in rare.values())


def test_letter_says_in_its_properties_what_it_is():
    content = render_pdf("paper/letter.html", {"letter": LETTER}, meta=DEMO)

    facts = PdfReader(io.BytesIO(content)).metadata
    assert (facts.title, facts.author, facts.subject) == (LETTER.title, "旗创建办", "通知")
    assert facts.creator == "奈曼旗“联创共建”工作平台"
    assert facts.creation_date == META.made_at
    assert facts["/Keywords"].startswith("演示数据；字体：FandolFang-Regular、FandolHei-Regular、")


def test_letter_marks_demonstration_data_on_every_page():
    content = render_pdf("paper/letter.html", {"letter": LETTER}, meta=DEMO)

    for page in pages_of(content):
        assert page.extract_text().splitlines()[0] == "演示数据"


def test_letter_without_red_head_begins_with_its_title():
    plain = Letter(
        title="工作总结", body=(Paragraph("正文。"),), signer="旗创建办", signed_on=date(2026, 1, 5)
    )

    page = next(pages_of(render_pdf("paper/letter.html", {"letter": plain}, meta=META)))

    assert page.extract_text().splitlines()[:4] == [
        "工作总结",
        "正文。",
        "旗创建办",
        "2026年1月5日",
    ]
    assert ink.rows(ink.red(page)) == []


def test_letter_centres_a_short_signer_on_its_date():
    plain = Letter(
        title="工作总结", body=(Paragraph("正文。"),), signer="旗创建办", signed_on=date(2026, 1, 5)
    )

    page = next(pages_of(render_pdf("paper/letter.html", {"letter": plain}, meta=META)))

    signer, dated = list(lines_of(page).values())[-2:]
    assert signer[0]["x0"] + signer[-1]["x1"] == pytest.approx(
        dated[0]["x0"] + dated[-1]["x1"], abs=1
    )
    assert dated[-1]["x1"] * POINT == pytest.approx(184 - 4 * CHARACTER, abs=0.2)


def test_render_pdf_escapes_what_users_wrote():
    plain = Letter(
        title="<b>总结</b>",
        body=(Paragraph('<img src="file:///etc/passwd">'),),
        signer="旗创建办",
        signed_on=date(2026, 1, 5),
    )

    page = next(pages_of(render_pdf("paper/letter.html", {"letter": plain}, meta=META)))

    assert page.extract_text().splitlines()[:2] == ["<b>总结</b>", '<img src="file:///etc/passwd">']
    assert page.images == []


def test_render_pdf_refuses_a_character_without_glyph():
    odd = Letter(
        title="总结", body=(Paragraph("王😀"),), signer="旗创建办", signed_on=date(2026, 1, 5)
    )

    with pytest.raises(RuleError) as caught:
        render_pdf("paper/letter.html", {"letter": odd}, meta=META)

    assert caught.value.message == (
        "以下字在现有字体中没有字形：😀；请改用其他字，或运行 make fonts。"
    )


def short_letters(count):
    for number in range(1, count + 1):
        yield {
            "letter": Letter(
                title=f"第{number}号",
                body=(Paragraph("正文。"),),
                signer="旗创建办",
                signed_on=date(2026, 1, 5),
            )
        }


def test_render_many_numbers_the_pages_of_each_paper_from_one():
    heard = []

    content = render_many("paper/letter.html", short_letters(43), meta=META, advance=heard.append)

    reader = PdfReader(io.BytesIO(content))
    texts = [page.extract_text().split() for page in reader.pages]
    assert [text[0] for text in texts] == [f"第{number}号" for number in range(1, 44)]
    assert Counter(" ".join(text[-3:]) for text in texts) == {"— 1 —": 43}
    assert [entry.title for entry in reader.outline] == [f"第{n}号" for n in range(1, 44)]
    assert reader.metadata.title == META.title
    assert heard == list(range(1, 44))


def test_render_many_refuses_nothing_to_print():
    with pytest.raises(RuleError) as caught:
        render_many("paper/letter.html", [], meta=META)

    assert caught.value.message == "没有可以打印的内容，请调整筛选条件后重试。"
