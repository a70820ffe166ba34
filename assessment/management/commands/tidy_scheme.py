"""Writes a scheme workbook anew, as the platform writes one."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessment.scheme_book import BookRefused, SchemeBook, read_scheme
from assessment.scheme_book.writer import write_scheme
from core.errors import RuleError
from core.sheets import SheetMeta, open_workbook

# The same bytes whenever and by whomever it is written.
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


class Command(BaseCommand):
    help = "读入方案工作簿，按平台的写法原样写回；不读写数据库。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("schemes", nargs="+", type=Path, metavar="SCHEME.xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["schemes"]:
            try:
                with path.open("rb") as file:
                    book = read_scheme(open_workbook(file))
            except (BookRefused, RuleError, OSError) as error:
                raise CommandError(f"{path}\n{error}") from error
            path.write_bytes(tidied(book))


def tidied(book: SchemeBook) -> bytes:
    """The workbook with nothing in it that depends on the day."""
    stream = BytesIO()
    meta = SheetMeta(book.name, "", "", made_at=MADE_AT, data_as_of=MADE_AT)
    write_scheme(stream, book, meta)
    return stream.getvalue()
