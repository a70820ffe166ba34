"""What a file is, from its first bytes."""

import io
import zipfile
from collections.abc import Collection
from typing import Literal, NoReturn

from django.utils.translation import gettext as _

from core.errors import RuleError

Kind = Literal["jpg", "png", "webp", "pdf", "docx", "xlsx", "ods"]
NAMES: dict[Kind, str] = {
    "jpg": "JPG",
    "png": "PNG",
    "webp": "WebP",
    "pdf": "PDF",
    "docx": "Word（.docx）",
    "xlsx": "Excel（.xlsx）",
    "ods": "ODS",
}
MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"%PDF-", "pdf"),
)
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
HEIF_BRANDS = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif")
OLD_IMAGES = (b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
PARTS: tuple[tuple[str, Kind], ...] = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"))


def recognise(content: bytes) -> Kind | None:
    """The kind of a file that may be uploaded, or None for any other."""
    for magic, kind in MAGIC:
        if content.startswith(magic):
            return kind
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    return _office(content) if content.startswith(ZIP) else None


def _office(content: bytes) -> Kind | None:
    if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in content[:200]:
        return "ods"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise RuleError(_("文件已损坏，请在电脑上确认能打开后重新上传。")) from error
    return next((kind for part, kind in PARTS if part in names), None)


def refuse_unknown(content: bytes, allowed: Collection[Kind]) -> NoReturn:
    """RuleError: what the file is and what to send instead."""
    wanted = "、".join(NAMES[kind] for kind in NAMES if kind in allowed)
    if content.startswith(PROGRAMS):
        raise RuleError(_("它是程序文件，只能上传 %s。") % wanted)
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        raise RuleError(_("手机的高效格式照片无法识别，请在手机上转存为 JPG 后再上传。"))
    if content.startswith(OLE):
        raise RuleError(_("旧版或加密的 Office 文件无法检查，请另存为 .docx 或 .xlsx 后再上传。"))
    if content.startswith(OLD_IMAGES):
        raise RuleError(_("这种图片格式不收，请另存为 JPG 或 PNG 后再上传。"))
    raise RuleError(_("文件内容不是可以上传的类型，只能上传 %s。") % wanted)
