"""Office documents (.docx .xlsx .ods): whole, bounded, without macros or remote parts."""

import io
import re
import zipfile

from django.utils.translation import gettext as _

from core.archives import open_bounded
from core.errors import RuleError

MACRO_PARTS = re.compile(
    r"(^|/)(vbaProject\.bin|vbaData\.xml|activeX/|macrosheets/)|^(Basic|Scripts)/", re.IGNORECASE
)
CONTENT_LIST = "[Content_Types].xml"
TEMPLATE_LINKS = "word/_rels/settings.xml.rels"


def check_office(source: bytes) -> None:
    """RuleError when it is broken, out of bounds, or could run something when opened."""
    with open_bounded(io.BytesIO(source)) as archive:
        names = archive.namelist()
        macros = any(map(MACRO_PARTS.search, names)) or b"macroEnabled" in _part(
            archive, CONTENT_LIST
        )
        links = _part(archive, TEMPLATE_LINKS)
    if macros:
        raise RuleError(_("文件带有宏，请另存为不带宏的 .docx 或 .xlsx 后再上传。"))
    if b"attachedTemplate" in links and b"External" in links:
        raise RuleError(_("文件链接了外部模板，请在 Word 或 WPS 中取消模板链接后再上传。"))


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    return archive.read(name) if name in archive.namelist() else b""
