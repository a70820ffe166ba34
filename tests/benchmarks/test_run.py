"""The benchmark runs on a small world: every page answers, nothing is said about time."""

import shutil
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="每次都用自己的 SQLite 文件"),
]


@pytest.fixture(scope="module")
def migrated(django_db_setup, django_db_blocker, tmp_path_factory):
    """A copy of the tests' own database before anything was put into it: it takes long to make."""
    path = tmp_path_factory.mktemp("benchmark") / "migrated.sqlite3"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    return path


@pytest.fixture
def database(migrated, tmp_path):
    return f"--database=sqlite:///{shutil.copy(migrated, tmp_path)}"


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=settings.BASE_DIR,
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_benchmark_measures_every_page(database):
    done = run(database, "--units", "530", "--years", "1", "--reports", "60", "--requests", "1")

    head, titles, *rows = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert head.startswith("已生成：单位 530 家，1 年，")
    assert titles.split() == ["页面", "毫秒", "最慢", "查询", "千字节"]
    assert len(rows) == 18
    assert [row for row in rows if "状态" in row] == []


def test_benchmark_measures_the_register_alone(database):
    done = run(database, "--register", "530", "--requests", "1", "--ledger", "20")

    head, titles, *rows = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert head.startswith("已生成名册，用时 ")
    assert titles.split() == ["页面", "毫秒", "最慢", "查询", "千字节"]
    assert len(rows) == 17
    assert [row for row in rows if "状态" in row] == []


def test_benchmark_measures_scoring_alone():
    done = run("--scoring", "80")

    titles, *rows = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    compared, grown = rows[:3], rows[3:]
    assert [row.split()[0].split("（")[0] for row in compared] == ["直接计算", "评分", "校验码"]
    assert [row.split()[0] for row in grown] == [f"评分（{count}" for count in (10, 20, 40, 80)]


def test_benchmark_measures_assessment_against_sums_by_hand(database):
    size = ("--units", "530", "--years", "1", "--reports", "60", "--requests", "1")
    done = run(database, *size, "--assessment")

    rows = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert [row for row in rows if row.endswith("总分全部相同")]
    assert rows[-1].startswith("一家")


def test_benchmark_refuses_a_size_that_makes_no_sense():
    done = run("--units", "0")

    assert (done.returncode, done.stderr) == (2, "单位数、年数、份数和次数都应是正整数。\n")
