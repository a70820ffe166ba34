"""The smaller targets of the Makefile: one function each."""

import contextlib
import os
import shutil
import sys
from collections.abc import Callable

from scripts.check import templates
from scripts.setup import fonts, frontend, preflight, python_env, stamps, system
from scripts.setup.console import Stop, guarded, run, say, step
from scripts.setup.paths import DATA_STAMPS, ROOT, VAR, VENV

LOCKS = ("requirements", "requirements-dev", "requirements-tools", "requirements-node")
SIZES = ("units", "years", "reports", "register", "ledger")
CACHES = (
    ".pytest_cache",
    ".ruff_cache",
    ".import_linter_cache",
    ".hypothesis",
    "htmlcov",
    "test-results",
)


def lock() -> None:
    """Pin the whole tree of every requirements file; pins that still fit are kept."""
    uv = python_env.ensure_uv()
    for name in LOCKS:
        with step(f"{name}.lock"):
            run(
                [
                    uv,
                    "pip",
                    "compile",
                    "--universal",
                    "--generate-hashes",
                    "--python-version",
                    "3.11",
                ]
                + [f"{name}.txt", "-o", f"{name}.lock"],
                what="锁定依赖",
                cwd=ROOT,
                env={**python_env.uv_env(), "UV_CUSTOM_COMPILE_COMMAND": "make lock"},
            )


def get_fonts() -> None:
    with step("系统字体"):
        system.ensure_packages(system.FONTS)
    with step("中文字体 Fandol"):
        fonts.ensure_fonts()


def assets() -> None:
    with step("前端组件"):
        frontend.ensure_assets(rebuild=True)


def tidy() -> None:
    """Format code and templates the way `make lint` wants them."""
    python_env.ensure_environment(for_tests=True)
    programs = VENV / "bin"
    run([programs / "ruff", "check", "--fix", "--exit-zero", "."], what="整理代码", cwd=ROOT)
    run([programs / "ruff", "format", "."], what="整理代码格式", cwd=ROOT)
    with contextlib.suppress(Stop):  # djade ends with a failure when it has changed something
        run(
            [programs / "djade", "--target-version", "5.2", *templates()], what="整理模板", cwd=ROOT
        )
    say("✓ 代码与模板已整理")


def clean() -> None:
    """Remove caches only: nothing that would have to be downloaded or typed again."""
    for name in CACHES:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for path in ROOT.glob(".coverage*"):
        path.unlink()
    ours = (path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("."))
    for folder in ours:
        if folder.name not in ("node_modules", "var"):
            for cache in folder.rglob("__pycache__"):
                shutil.rmtree(cache, ignore_errors=True)
    say("✓ 缓存已清除；数据、依赖和字体没有动。")


def reset_demo() -> None:
    """Drop the demonstration's own data; `make demo` makes it anew."""
    lock = preflight.take_lock("make reset-demo")
    if os.environ.get("DATABASE_URL"):
        raise Stop(
            "DATABASE_URL 指向数据库服务器，这条命令只清除本机的演示库："
            "请先 unset DATABASE_URL，或在服务器上另建一个空库。"
        )
    for suffix in ("", "-wal", "-shm"):
        (VAR / f"db.sqlite3{suffix}").unlink(missing_ok=True)
    for name in ("media", "broker"):
        shutil.rmtree(VAR / name, ignore_errors=True)
    for name in ("database", "demo_year"):
        stamps.forget(name, DATA_STAMPS)
    lock.close()
    say("✓ 演示数据库已删除：运行 make demo 会重新生成。")


def bench() -> None:
    """Time the main pages; UNITS, YEARS and REPORTS, or REGISTER and LEDGER, say how much."""
    python_env.ensure_environment(for_tests=False)
    sizes = [(f"--{name}", os.environ.get(name.upper())) for name in SIZES]
    given = [part for size in sizes if size[1] for part in size]
    run([VENV / "bin" / "python", "-m", "benchmarks", *given], what="测速", cwd=ROOT, show=True)


TARGETS: dict[str, Callable[[], None]] = {
    "lock": lock,
    "fonts": get_fonts,
    "assets": assets,
    "format": tidy,
    "clean": clean,
    "reset-demo": reset_demo,
    "bench": bench,
}


def main() -> int:
    preflight.check_writable()
    TARGETS[sys.argv[1]]()
    return 0


if __name__ == "__main__":
    sys.exit(guarded(main))
