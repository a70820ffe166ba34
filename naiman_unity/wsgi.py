"""WSGI entry point."""

import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naiman_unity.settings")


class Utf8Request(WSGIRequest):
    """Reads address and form as UTF-8, whatever codec the request names.

    Django would take base64 or unicode_escape at its word and fail before any middleware; the
    middleware refuses such a request in words.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        named = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        self.content_type, self.content_params = named


application = get_wsgi_application()
application.request_class = Utf8Request
