"""Names of files that every office computer can save."""

import re
import unicodedata

from django.utils.translation import gettext as _

# What Windows refuses in a name, and slashes of any kind.
REFUSED = re.compile(r'[\\/:*?"<>|]+')
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
# A file system counts bytes (255); Chinese takes three, and a copy gets a number behind its name.
MOST_BYTES = 180
MOST_CHARACTERS = 100


def safe_file_name(stem: str, extension: str) -> str:
    """`stem.extension` without anything that a file system or a reader could misread.

    Invisible characters go (a turned-round name shows another extension than it has), forbidden
    ones become _, the stem is at most 100 characters (180 bytes of UTF-8) and never empty.
    """
    text = unicodedata.normalize("NFC", stem)
    text = "".join(mark for mark in text if unicodedata.category(mark)[0] != "C" or mark in "\t\n")
    text = REFUSED.sub("_", " ".join(text.split())).strip(" .")
    text = text[:MOST_CHARACTERS].encode()[:MOST_BYTES].decode(errors="ignore").strip(" .")
    if not text or DEVICES.match(text):
        text = _("文件") + text
    return f"{text}.{extension}"
