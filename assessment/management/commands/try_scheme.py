"""Scores a workbook of values by a scheme workbook, without touching the database."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessment.scheme_book import BookRefused, read_scheme, read_values, score_values
from assessment.scheme_book.trial import as_csv, write_results
from core.errors import RuleError
from core.sheets import Workbook, open_workbook

# A county has some hundreds of units; a league or a region some ten thousands.
MOST_ROWS = 100_000


class Command(BaseCommand):
    help = "按方案工作簿试算一份数据，结果以 CSV 打印；不读写数据库。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scheme", type=Path, metavar="SCHEME.xlsx", help="方案工作簿")
        parser.add_argument("values", type=Path, metavar="VALUES.xlsx", help="数据工作簿")
        parser.add_argument("--out", type=Path, metavar="RESULT.xlsx", help="另存结果和说明")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            scheme = read_scheme(self._open(options["scheme"]))
            results = score_values(scheme, read_values(self._open(options["values"]), scheme))
            if options["out"]:
                with options["out"].open("wb") as stream:
                    write_results(stream, scheme, results, "try_scheme")
        except BookRefused as refusal:
            self._end(str(refusal))
        except RuleError as error:
            self._end(error.message)
        except OSError as error:
            self._end(f"{error.filename}：{error.strerror}")
        # Bytes: the answer is UTF-8 whatever the terminal is set to.
        sys.stdout.buffer.write(as_csv(scheme, results).encode())

    def _open(self, path: Path) -> Workbook:
        with path.open("rb") as file:
            try:
                return open_workbook(file, max_rows=MOST_ROWS, takes_csv=False)
            except RuleError as error:
                raise RuleError(f"{path.name}：{error.message}") from error

    def _end(self, message: str) -> None:
        sys.stderr.buffer.write(f"{message}\n".encode())
        sys.exit(1)
