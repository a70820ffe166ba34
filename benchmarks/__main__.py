"""Fills a database of its own with made-up units, years and reports, and times the main pages.

Asserts nothing about time: machines differ. It prints what it measured.
"""

import argparse
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import django
from django.conf import settings


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="按指定规模生成数据，测主要页面的用时和查询次数。"
    )
    parser.add_argument("--units", type=int, default=2000, help="单位数（默认 2000）")
    parser.add_argument("--years", type=int, default=2, help="年数（默认 2）")
    parser.add_argument("--reports", type=int, default=6000, help="活动报送份数（默认 6000）")
    parser.add_argument("--requests", type=int, default=9, help="每页请求次数（默认 9）")
    parser.add_argument(
        "--register", type=int, default=0, help="只测名册：单位数，如 20000（默认不测）"
    )
    parser.add_argument("--ledger", type=int, default=5000, help="测名册时导入的行数（默认 5000）")
    parser.add_argument(
        "--assessment", action="store_true", help="只测考核：四十项指标的取数、计分和保存"
    )
    parser.add_argument(
        "--scoring",
        type=int,
        nargs="?",
        default=0,
        const=20_000,
        help="只测计分本身，不用数据库：600 家之外再测多少家（默认 20000）",
    )
    parser.add_argument(
        "--database", default="", help="空数据库的地址，如 postgres://…；默认用临时的 SQLite 文件"
    )
    return parser.parse_args()


def set_up(database: str, folder: Path) -> None:
    """As in production, but without TLS, collected files, and anything of the installation."""
    (folder / "static").mkdir()
    fonts = Path(os.environ.get("VAR_DIR", "var")).absolute() / "fonts"
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "naiman_unity.settings",
        "DATABASE_URL": database or f"sqlite:///{folder / 'bench.sqlite3'}",
        "VAR_DIR": str(folder),
        "SECRET_KEY": "guards made-up data only",
        "DEBUG": "0",
        "DEMO": "0",
        "HTTPS": "0",
        "ALLOWED_HOSTS": "testserver",
    }
    django.setup()
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    settings.FONT_DIR = fonts


def main() -> int:
    arguments = read_arguments()
    if min(arguments.units, arguments.years, arguments.reports, arguments.requests) < 1:
        print("单位数、年数、份数和次数都应是正整数。", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        set_up(arguments.database, Path(folder))
        # Models can be imported only now that Django is set up.
        return import_module("benchmarks.run").run(arguments)


if __name__ == "__main__":
    sys.exit(main())
