"""One door for every upload: bounded, recognised by its content, cleaned, named safely."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Literal

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import RuleError
from core.file_names import safe_file_name
from core.uploads.images import clean_image
from core.uploads.kinds import Kind, recognise, refuse_unknown
from core.uploads.office import check_office
from core.uploads.pdf import check_pdf

OPENXML = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES: dict[Kind, str] = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "docx": f"{OPENXML}.wordprocessingml.document",
    "xlsx": f"{OPENXML}.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
IMAGES: tuple[Kind, ...] = ("jpg", "png", "webp")
DOCUMENTS: tuple[Kind, ...] = ("pdf", "docx", "xlsx", "ods")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class CleanUpload:
    """A file fit to be kept.

    `extension` and `content_type` follow from the content, never from the name it came with.
    `sha256` is that of `content`, as it is kept; `source_sha256` that of the file as it came.
    """

    kind: Literal["image", "document"]
    content_type: str
    extension: str
    name: str
    content: bytes
    sha256: str
    source_sha256: str

    @property
    def size(self) -> int:
        return len(self.content)


def inspect_upload(
    file: BinaryIO, *, allowed: Collection[Kind] = IMAGES + DOCUMENTS, max_bytes: int = 0
) -> CleanUpload:
    """Check and clean one uploaded file (Django's UploadedFile or any binary file with a name).

    Pictures are encoded anew, upright, without EXIF, position or other metadata. `max_bytes`
    defaults to settings.UPLOAD_MAX_BYTES. RuleError, one sentence that names the file, for what
    is empty, too large, of no allowed kind, broken, or carries macros, scripts or a password.
    """
    name = str(getattr(file, "name", "") or "")
    try:
        source = _read(file, max_bytes or settings.UPLOAD_MAX_BYTES)
        kind = recognise(source)
        if kind is None or kind not in allowed:
            refuse_unknown(source, allowed)
        content = CLEANERS[kind](source, kind)
    except RuleError as error:
        shown = safe_file_name(*_parts(name)).strip(".")
        raise RuleError(
            _("“%(name)s”没有上传：%(reason)s") % {"name": shown, "reason": error.message}
        ) from error
    return CleanUpload(
        kind="image" if kind in IMAGES else "document",
        content_type=CONTENT_TYPES[kind],
        extension=kind,
        name=safe_file_name(_parts(name)[0], kind),
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        source_sha256=hashlib.sha256(source).hexdigest(),
    )


def _read(file: BinaryIO, max_bytes: int) -> bytes:
    file.seek(0)
    source = file.read(max_bytes + 1)
    if not source:
        raise RuleError(_("文件是空的，请确认已保存内容后重新上传。"))
    if len(source) > max_bytes:
        most = max_bytes // MEGABYTE
        raise RuleError(_("超过 %d MB，请压缩图片或拆分文件后再上传。") % most)
    return source


def _parts(name: str) -> tuple[str, str]:
    """Stem and extension of a name that may hold a path of any system."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.stem, path.suffix.lstrip(".")


def _as_it_is(check: Callable[[bytes], None]) -> Callable[[bytes, Kind], bytes]:
    def cleaner(source: bytes, _kind: Kind) -> bytes:
        check(source)
        return source

    return cleaner


CLEANERS: dict[Kind, Callable[[bytes, Kind], bytes]] = {
    **dict.fromkeys(IMAGES, clean_image),
    "pdf": _as_it_is(check_pdf),
    **dict.fromkeys(("docx", "xlsx", "ods"), _as_it_is(check_office)),
}
