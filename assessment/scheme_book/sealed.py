"""An uploaded workbook carried by the page until it is confirmed: nothing is kept on the server."""

from base64 import b64decode, b64encode
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from core.errors import RuleError

SECONDS = 12 * 3600
MAX_BYTES = 1024 * 1024
SALT = "assessment.scheme_book"


def seal(page: str, contents: dict[str, bytes], **facts: Any) -> str:
    """The files and what else must still be true when they come back to the page, signed."""
    files = {name: b64encode(content).decode() for name, content in contents.items()}
    return signing.dumps({"files": files, "facts": facts}, salt=f"{SALT}.{page}", compress=True)


def unseal(page: str, sealed: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Files and facts of ``seal``. RuleError where they are not this page's, or old."""
    try:
        kept = signing.loads(sealed, salt=f"{SALT}.{page}", max_age=SECONDS)
    except signing.BadSignature as error:
        raise RuleError(_("上传的工作簿已过期，请重新选择文件。")) from error
    files = {name: b64decode(content) for name, content in kept["files"].items()}
    return files, kept["facts"]
