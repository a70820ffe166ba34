#!/usr/bin/env python
"""Run a management command of naiman_unity."""

import os
import secrets
import sys

from django.core.management import execute_from_command_line

# They work on files alone: no session, no signature, no database. Any key will do.
WITHOUT_INSTALLATION = ("try_scheme",)

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WITHOUT_INSTALLATION:
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naiman_unity.settings")
    execute_from_command_line(sys.argv)
