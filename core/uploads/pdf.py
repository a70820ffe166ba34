"""PDF: whole, readable without a password, without scripts, programs or files inside.

Only names are looked for: in the file itself, and in its object streams, which hide objects from a
plain search. Nothing of the document is interpreted.
"""

import re
import zlib

from django.utils.translation import gettext as _

from core.errors import RuleError

FORBIDDEN = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm)\b")
ENCRYPTED = re.compile(rb"/Encrypt\b")
OBJECT_STREAM = re.compile(rb"/ObjStm\b")
STREAM = re.compile(rb"stream\r?\n")
# A name may spell its characters as #4A; honest programs do so for fonts only.
SPELLED_NAME = re.compile(rb"/[!-~]{0,60}?#[0-9A-Fa-f]{2}[!-~]{0,60}")
SPELLING = re.compile(rb"#([0-9A-Fa-f]{2})")
END_WITHIN = 4096
STREAM_BYTES = 20 * 1024 * 1024
ALL_BYTES = 100 * 1024 * 1024


def check_pdf(source: bytes) -> None:
    """RuleError when it is cut off, encrypted, or carries what could run."""
    if b"%%EOF" not in source[-END_WITHIN:]:
        raise RuleError(_("PDF 不完整，请重新导出后再上传。"))
    plain = source + b"\n" + _spelled_out(source)
    if ENCRYPTED.search(plain):
        raise RuleError(_("PDF 设有密码或权限限制，请另存为不加密的 PDF 后再上传。"))
    hidden = b"".join(_object_streams(source))
    if FORBIDDEN.search(plain) or FORBIDDEN.search(hidden + _spelled_out(hidden)):
        raise RuleError(_("PDF 里带有脚本、程序或夹带的文件，请重新打印为 PDF 后再上传。"))


def _spelled_out(content: bytes) -> bytes:
    """The names written with #xx, one a line, as they read."""
    names = (match[0] for match in SPELLED_NAME.finditer(content))
    return b"\n".join(SPELLING.sub(lambda code: bytes([int(code[1], 16)]), name) for name in names)


def _object_streams(source: bytes) -> list[bytes]:
    """What is in the object streams, unpacked within bounds."""
    found, room = [], ALL_BYTES
    for mark in OBJECT_STREAM.finditer(source):
        start = STREAM.search(source, mark.end())
        if not start:
            continue
        try:
            unpacker = zlib.decompressobj()
            content = unpacker.decompress(source[start.end() :], min(STREAM_BYTES, room))
        except zlib.error as error:
            raise RuleError(_("PDF 里有无法检查的部分，请重新打印为 PDF 后再上传。")) from error
        room -= len(content)
        if unpacker.unconsumed_tail or room <= 0:
            raise RuleError(_("PDF 解压后过大，请拆成几个文件后再上传。"))
        found.append(content)
    return found
