"""A ledger as offices have them, from the upload to the register and back."""

import io

import openpyxl
from playwright.sync_api import expect

from organisations.models import Organisation
from tests.e2e.deeds import downloaded
from tests.imports import workbook

ROWS = [
    ["奈曼旗联创共建创建主体台账（2026年）"],
    ["序号", "单位名称", "单位性质", "所属乡镇", "带动能力（家）"],
    [1, "新绿源农牧业有限公司", "企业", "大沁他拉镇", "３"],
    [2, "八仙筒真", "苏木乡镇", None, 7],
    [3, "某某协会", "民间组织", "大沁他拉镇", "若干"],
    ["合计", None, None, None, 10],
]


def test_messy_ledger_is_imported_and_undone(people, register, open_window, background, tmp_path):
    ledger = tmp_path / "创建主体台账.xlsx"
    ledger.write_bytes(workbook(ROWS))
    page = open_window(people["staff"])

    upload(page, ledger)
    expect(page.locator(".page-head")).to_contain_text("待确认")
    assert figures(page) == ["1", "0", "0", "1", "1"]
    page.get_by_role("button", name="全部按最相近的认定").click()
    expect(page.get_by_role("button", name="只导入无误的 2 行")).to_be_visible()
    assert marked(page) == ["C5", "E5"]
    page.get_by_role("button", name="只导入无误的 2 行").click()
    expect(page.locator(".page-head")).to_contain_text("已导入")

    page.get_by_role("link", name="看单位名册").click()
    page.get_by_role("main").get_by_label("查找").fill("新绿源")
    expect(page.locator("#organisation-rows")).to_contain_text("新绿源农牧业有限公司")
    assert register("八仙筒镇").capacity == 7

    page.goto("/imports/")
    page.get_by_role("link", name="创建主体台账.xlsx").click()
    page.get_by_role("link", name="撤销整次导入").click()
    page.get_by_role("button", name="撤销整次导入").click()
    expect(page.locator(".page-head")).to_contain_text("已撤销")
    assert register("八仙筒镇").capacity == 2
    assert not Organisation.objects.filter(name="新绿源农牧业有限公司").exists()


def upload(page, ledger):
    page.goto("/organisations/")
    actions = page.locator(".page-actions")
    actions.get_by_text("导入", exact=True).click()
    actions.get_by_role("link", name="单位名册").click()
    page.get_by_label("台账文件").set_input_files(ledger)
    page.get_by_role("button", name="上传并核对").click()


def figures(page):
    texts = page.locator(".stats .stat-figure").all_inner_texts()
    return [text.split("\n")[0].removesuffix("行").strip() for text in texts]


def marked(page):
    """The places of the comments in the file that comes back."""
    content = downloaded(page, page.get_by_role("link", name="下载标注了问题的文件"))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Sheet1"]
    return [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment]
