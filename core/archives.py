"""Zip files from outside (xlsx, ods, docx), bounded before anything is unpacked.

The sizes in a zip directory are claims. Each entry is unpacked once, in small pieces that are
thrown away, so that a lie is found here and not in the memory of the library that reads the file.
"""

import copy
import zipfile
import zlib
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.errors import RuleError

MAX_ENTRIES = 2000
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 200
PIECE_BYTES = 64 * 1024
# Office programs pack small parts of blanks far better than that: the ratio counts above this size.
RATIO_FROM_BYTES = 4 * 1024 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


def open_bounded(file: BinaryIO, *, max_unpacked: int = MAX_UNPACKED_BYTES) -> zipfile.ZipFile:
    """The archive, after each of its entries was shown to be whole and within bounds.

    Bounds: 2000 entries, `max_unpacked` bytes in all, 200 : 1 for an entry above 4 MiB.
    RuleError when it is broken, encrypted, nested in itself or out of bounds.
    """
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise RuleError(_("文件内部的部件过多，无法打开；请用 WPS 或 Excel 另存一份后再上传。"))
        room = max_unpacked
        for entry in entries:
            room -= _measure(archive, entry, room)
    except BROKEN as error:
        raise RuleError(_("文件已损坏，打不开；请在电脑上确认能打开后重新上传。")) from error
    except RuntimeError as error:
        raise RuleError(_("文件设有密码，无法读取；请取消密码后重新上传。")) from error
    return archive


def _measure(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> int:
    """Unpacked bytes of one entry, counted and not believed; RuleError above `room`."""
    probe = copy.copy(entry)
    # The checksum is looked at where the claimed size ends, which must lie beyond our own bound.
    probe.file_size = room + 2 * PIECE_BYTES
    size = 0
    with archive.open(probe) as stream:
        while piece := stream.read(PIECE_BYTES):
            size += len(piece)
            packed_too_well = size > max(RATIO_FROM_BYTES, entry.compress_size * MAX_RATIO)
            if size > room or packed_too_well:
                raise RuleError(_("文件解压后过大，已拒收；请拆成几个较小的文件再上传。"))
    if size != entry.file_size:
        raise zipfile.BadZipFile(entry.filename)
    return size
