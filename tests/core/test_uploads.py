import hashlib
import io
import struct
import zipfile
import zlib
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

from core.errors import RuleError
from core.file_names import safe_file_name
from core.sheets import Column, SheetMeta, write_table
from core.uploads import IMAGES, inspect_upload

GPS = 0x8825
NOW = datetime(2026, 3, 5, 2, 32, tzinfo=UTC)


def upload(name, content):
    return SimpleUploadedFile(name, content)


def picture(form="JPEG", size=(40, 20), mode="RGB", **saving):
    stream = io.BytesIO()
    image = Image.new(mode, size, "red" if mode == "RGB" else 0)
    image.save(stream, form, **saving)
    return stream.getvalue()


def office(*parts, **texts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", texts.pop("types", "<Types/>"))
        for part in parts:
            archive.writestr(part, texts.pop("text", "<x/>"))
    return stream.getvalue()


def pdf(body=b"", tail=b"%%EOF\n"):
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog " + body + b">>\nendobj\n" + tail


def object_stream(content):
    packed = zlib.compress(content)
    head = b"2 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\r\n"
    return pdf(tail=head + packed + b"\nendstream\nendobj\n%%EOF")


def refused(name, content, **bounds):
    with pytest.raises(RuleError) as caught:
        inspect_upload(upload(name, content), **bounds)
    return caught.value.message


@pytest.mark.parametrize(
    ("form", "extension", "content_type"),
    [("JPEG", "jpg", "image/jpeg"), ("PNG", "png", "image/png"), ("WEBP", "webp", "image/webp")],
)
def test_inspect_upload_takes_pictures(form, extension, content_type):
    source = picture(form)

    clean = inspect_upload(upload("现场.照片.JPEG", source))

    assert (clean.kind, clean.extension, clean.content_type) == ("image", extension, content_type)
    assert clean.name == f"现场.照片.{extension}"
    assert clean.size == len(clean.content)
    assert clean.sha256 == hashlib.sha256(clean.content).hexdigest()
    assert clean.source_sha256 == hashlib.sha256(source).hexdigest()
    with Image.open(io.BytesIO(clean.content)) as image:
        assert (image.format, image.size, image.mode) == (form, (40, 20), "RGB")


def test_inspect_upload_strips_position_camera_and_comments():
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(GPS)[2] = (43.0, 2.0, 40.0)
    source = picture(exif=exif, comment=b"zhang san", xmp=b"<x:xmpmeta/>")

    clean = inspect_upload(upload("照片.jpg", source))

    assert b"Camera" in source
    with Image.open(io.BytesIO(clean.content)) as image:
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_inspect_upload_strips_profile_and_exif_of_other_formats(form):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    source = picture(form, exif=exif, icc_profile=profile)

    clean = inspect_upload(upload("照片.png", source))

    with Image.open(io.BytesIO(clean.content)) as image:
        assert "icc_profile" not in image.info
        assert dict(image.getexif()) == {}


def test_inspect_upload_sets_a_picture_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    clean = inspect_upload(upload("照片.jpg", picture(exif=exif)))

    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.size == (20, 40)


@pytest.mark.parametrize(
    ("form", "mode", "saving", "kept"),
    [
        ("PNG", "RGBA", {}, "RGBA"),
        ("PNG", "P", {"transparency": 0}, "RGBA"),
        ("PNG", "1", {}, "L"),
        ("JPEG", "L", {}, "L"),
        ("JPEG", "CMYK", {}, "RGB"),
    ],
)
def test_inspect_upload_keeps_transparency_and_greys(form, mode, saving, kept):
    clean = inspect_upload(upload("图", picture(form, mode=mode, **saving)))

    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.mode == kept


def test_inspect_upload_ignores_a_broken_colour_profile():
    clean = inspect_upload(upload("图.jpg", picture(icc_profile=b"x" * 200)))

    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.size == (40, 20)


def test_inspect_upload_gives_the_same_bytes_for_the_same_picture():
    first = inspect_upload(upload("一.jpg", picture()))
    second = inspect_upload(upload("二.jpg", picture()))

    assert first.sha256 == second.sha256


def test_inspect_upload_takes_a_workbook():
    stream = io.BytesIO()
    write_table(stream, SheetMeta("台账", "", "办", NOW, NOW), [Column("单位")], [["镇"]])

    clean = inspect_upload(upload("台账.xls", stream.getvalue()))

    assert (clean.kind, clean.name, clean.content) == ("document", "台账.xlsx", stream.getvalue())


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (office("word/document.xml"), "docx"),
        (office("xl/workbook.xml"), "xlsx"),
        (pdf(), "pdf"),
        (object_stream(b"<< /Type /Page >>"), "pdf"),
    ],
)
def test_inspect_upload_takes_documents_as_they_are(content, extension):
    clean = inspect_upload(upload("方案", content))

    assert (clean.kind, clean.name, clean.content) == ("document", f"方案.{extension}", content)


def test_inspect_upload_takes_an_open_spreadsheet():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")

    assert inspect_upload(upload("表", stream.getvalue())).extension == "ods"


ALL = "JPG、PNG、WebP、PDF、Word（.docx）、Excel（.xlsx）、ODS"
UNKNOWN = f"文件内容不是可以上传的类型，只能上传 {ALL}。"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "文件是空的，请确认已保存内容后重新上传。"),
        (b"MZ\x90\x00" + b"\x00" * 100, f"它是程序文件，只能上传 {ALL}。"),
        (b"\x7fELF" + b"\x00" * 100, f"它是程序文件，只能上传 {ALL}。"),
        (b"#!/bin/sh\nrm -rf /", f"它是程序文件，只能上传 {ALL}。"),
        (b"<svg onload='alert(1)'/>", UNKNOWN),
        (b"<html><script>alert(1)</script></html>", UNKNOWN),
        (office("readme.txt"), UNKNOWN),
        (
            b"\x00\x00\x00\x18ftypheic",
            "手机的高效格式照片无法识别，请在手机上转存为 JPG 后再上传。",
        ),
        (picture("GIF"), "这种图片格式不收，请另存为 JPG 或 PNG 后再上传。"),
        (picture("BMP"), "这种图片格式不收，请另存为 JPG 或 PNG 后再上传。"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100,
            "旧版或加密的 Office 文件无法检查，请另存为 .docx 或 .xlsx 后再上传。",
        ),
        (picture()[:200], "图片已损坏，打不开；请重新导出或拍摄后再上传。"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "图片已损坏，打不开；请重新导出或拍摄后再上传。"),
        (office("xl/workbook.xml")[:-30], "文件已损坏，请在电脑上确认能打开后重新上传。"),
        (
            office("xl/workbook.xml", "xl/vbaProject.bin"),
            "文件带有宏，请另存为不带宏的 .docx 或 .xlsx 后再上传。",
        ),
        (
            office("word/document.xml", types="application/vnd.ms-word.document.macroEnabled"),
            "文件带有宏，请另存为不带宏的 .docx 或 .xlsx 后再上传。",
        ),
        (
            office("word/document.xml", "word/activeX/activeX1.xml"),
            "文件带有宏，请另存为不带宏的 .docx 或 .xlsx 后再上传。",
        ),
        (
            office(
                "word/_rels/settings.xml.rels",
                "word/document.xml",
                text='<Relationship Type="attachedTemplate" TargetMode="External"/>',
            ),
            "文件链接了外部模板，请在 Word 或 WPS 中取消模板链接后再上传。",
        ),
        (
            office("xl/workbook.xml", "xl/media/a.png", text="\x00" * 30_000_000),
            "文件解压后过大，已拒收；请拆成几个较小的文件再上传。",
        ),
        (pdf(tail=b""), "PDF 不完整，请重新导出后再上传。"),
        (pdf(b"/Encrypt 5 0 R"), "PDF 设有密码或权限限制，请另存为不加密的 PDF 后再上传。"),
    ],
)
def test_inspect_upload_refuses_with_a_sentence(content, reason):
    assert refused("现场.jpg", content) == f"“现场.jpg”没有上传：{reason}"


@pytest.mark.parametrize(
    "content",
    [
        pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
        pdf(b"/OpenAction << /S /J#61vaScript /JS (app.alert(1)) >>"),
        pdf(b"/AA << /O << /S /Launch /F (cmd.exe) >> >>"),
        pdf(b"/Names << /EmbeddedFiles 3 0 R >>"),
        object_stream(b"<< /S /JavaScript /JS (app.alert(1)) >>"),
        object_stream(b"<< /S /#4Aava#53cript >>"),
    ],
)
def test_inspect_upload_refuses_a_pdf_that_could_run_something(content):
    assert refused("方案.pdf", content) == (
        "“方案.pdf”没有上传：PDF 里带有脚本、程序或夹带的文件，请重新打印为 PDF 后再上传。"
    )


def test_inspect_upload_refuses_a_pdf_part_it_cannot_unpack():
    content = pdf(tail=b"2 0 obj << /Type /ObjStm >> stream\nplain endstream %%EOF")

    assert refused("方案.pdf", content) == (
        "“方案.pdf”没有上传：PDF 里有无法检查的部分，请重新打印为 PDF 后再上传。"
    )


def test_inspect_upload_refuses_a_pdf_bomb():
    assert refused("方案.pdf", object_stream(b"\x00" * 30_000_000)) == (
        "“方案.pdf”没有上传：PDF 解压后过大，请拆成几个文件后再上传。"
    )


def test_inspect_upload_refuses_what_is_too_large(settings):
    settings.UPLOAD_MAX_BYTES = 3 * 1024 * 1024

    assert refused("现场.jpg", b"\xff\xd8\xff" + b"x" * 3 * 1024 * 1024) == (
        "“现场.jpg”没有上传：超过 3 MB，请压缩图片或拆分文件后再上传。"
    )
    assert refused("现场.jpg", picture(), max_bytes=100).endswith(
        "超过 0 MB，请压缩图片或拆分文件后再上传。"
    )


def test_inspect_upload_refuses_kinds_that_are_not_asked_for():
    assert refused("方案.pdf", pdf(), allowed=IMAGES) == (
        "“方案.pdf”没有上传：文件内容不是可以上传的类型，只能上传 JPG、PNG、WebP。"
    )


@pytest.mark.parametrize("side", [8000, 40000])
def test_inspect_upload_refuses_a_pixel_bomb(side):
    content = bytearray(picture("PNG", size=(1, 1)))
    content[16:24] = struct.pack(">II", side, side)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))

    assert refused("图.png", bytes(content)) == (
        "“图.png”没有上传：图片超过 5000 万像素，请缩小尺寸后再上传。"
    )


def test_inspect_upload_needs_no_name():
    assert inspect_upload(io.BytesIO(picture())).name == "文件.jpg"


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("会议纪要", "会议纪要.pdf"),
        ("../../etc/passwd", "_.._etc_passwd.pdf"),
        ('一:二*三?"四"<五>|六', "一_二_三_四_五_六.pdf"),
        ("方案\u202efdp", "方案fdp.pdf"),
        ("方案\x00\r\n 二", "方案 二.pdf"),
        ("  .隐藏.  ", "隐藏.pdf"),
        ("", "文件.pdf"),
        ("con", "文件con.pdf"),
        ("COM1.2", "文件COM1.2.pdf"),
        ("长" * 300, "长" * 60 + ".pdf"),
        ("a" * 300, "a" * 100 + ".pdf"),
    ],
)
def test_safe_file_name_can_be_saved_anywhere(stem, name):
    assert safe_file_name(stem, "pdf") == name


def test_inspect_upload_drops_the_folders_of_a_name():
    assert inspect_upload(upload("C:\\照片\\现场.JPG", picture())).name == "现场.jpg"
