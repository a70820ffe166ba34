"""`make test` and `make lint`: every check, then one verdict; no failure hides the next check."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scripts.setup import fonts, frontend, preflight, python_env, servers, system
from scripts.setup.console import Stop, guarded, say, step
from scripts.setup.paths import ROOT, VENV

SERVICE_VARIABLES = ("DATABASE_URL", "REDIS_URL", "DEMO", "DEBUG", "SECRET_KEY", "VAR_DIR")
LAYERS = ("actions", "scoring", "rules", "permissions")
# A layer is a module or a package of that name; a single star does not cross folders.
DECISIONS = [f"*/{name}*.py" for name in LAYERS] + [f"*/{name}/**" for name in LAYERS]
SUMMARY = re.compile(r"=* ?(\d+ (passed|failed|error|skipped).* in [\d.]+s.*?) ?=*$")
# Small portions: the browser journeys stand together at the end, and are to be shared as well.
SHARED = ("-n", "2", "--maxschedchunk=10")
PYTEST = ("python", "-m", "pytest", *SHARED, "--durations=40", "--durations-min=2")


def templates() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("templates/**/*.html"))]


LINTERS = {
    "代码风格": ("ruff", "check", "--output-format=concise", "."),
    "代码格式": ("ruff", "format", "--check", "--output-format=concise", "."),
    "导入方向": ("lint-imports",),
    "模板格式": ("djade", "--check", "--target-version", "5.2", *templates()),
    "模板检查": ("djlint", "templates", "--lint", "--quiet"),
    "迁移完整": ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
}


@dataclass
class Verdict:
    failed: list[str] = field(default_factory=list)
    summaries: list[str] = field(default_factory=list)

    def close(self) -> int:
        for line in self.summaries:
            say(line)
        if self.failed:
            say(f"✗ 未通过：{'、'.join(self.failed)}")
            return 1
        say("✓ 全部通过")
        return 0


def prepare() -> None:
    preflight.check_writable()
    preflight.check_space()
    with step("系统软件包"):
        system.ensure_test_packages()
    with step("Python 依赖"):
        python_env.ensure_environment(for_tests=True)
    with step("前端组件"):
        frontend.ensure_assets()
    with step("中文字体"):
        fonts.ensure_fonts()


def clean_env(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The tests say themselves which services they use: what the shell has set must not leak in."""
    kept = {name: value for name, value in os.environ.items() if name not in SERVICE_VARIABLES}
    ours = {"PYTHONUTF8": "1", "SECRET_KEY": "for-checks-only"}
    return {**kept, **ours, **(extra or {})}


def check(verdict: Verdict, name: str, command: Sequence[str], env: Mapping[str, str]) -> str:
    """Run one check from .venv/bin, show what it prints, and note a failure."""
    shown = [part for part in command if not part.startswith("templates/")]
    say(f"\n── {name}：{' '.join(shown)}")
    started = time.monotonic()
    lines = []
    program = [str(VENV / "bin" / command[0]), *command[1:]]
    with subprocess.Popen(
        program,
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            say(line.rstrip("\n"))
    mark = "✓" if process.returncode == 0 else "✗"
    say(f"{mark} {name}（{time.monotonic() - started:.1f} 秒）")
    if process.returncode != 0:
        verdict.failed.append(name)
    return "".join(lines)


def lint(verdict: Verdict) -> None:
    for name, command in LINTERS.items():
        check(verdict, name, command, clean_env())


def run_tests(verdict: Verdict, name: str, extra: Sequence[str], env: Mapping[str, str]) -> None:
    output = check(verdict, name, (*PYTEST, *extra), env)
    found = [match[1] for line in output.splitlines() if (match := SUMMARY.match(line.strip()))]
    verdict.summaries.append(f"{name}：{found[-1] if found else '没有得到测试结果'}")


def test_on_sqlite(verdict: Verdict) -> None:
    env = clean_env()
    run_tests(verdict, "测试（SQLite）", ("--cov", "--cov-report=term"), env)
    gate = ("coverage", "report", f"--include={','.join(DECISIONS)}", "--fail-under=100", "-m")
    check(verdict, "判断与计分代码的分支覆盖率 100%", gate, env)


def test_on_servers(verdict: Verdict) -> None:
    found = servers.find()
    if not found:
        say("\n· 本机没有应答的 PostgreSQL 或 Redis：只在 SQLite 上测试。")
        return
    name = f"测试（{' + '.join(found.names)}）"
    # What needs no database has run already, and would only do the same again.
    run_tests(verdict, name, ("-m", "django_db and not e2e"), clean_env(found.env))


def check_all() -> int:
    verdict = Verdict()
    prepare()
    lint(verdict)
    test_on_sqlite(verdict)
    test_on_servers(verdict)
    return verdict.close()


def check_lint() -> int:
    verdict = Verdict()
    preflight.check_writable()
    python_env.ensure_environment(for_tests=True)
    lint(verdict)
    return verdict.close()


def main() -> int:
    targets = {"all": check_all, "lint": check_lint}
    if len(sys.argv) != 2 or sys.argv[1] not in targets:
        raise Stop("用法：make test 或 make lint。")
    return targets[sys.argv[1]]()


if __name__ == "__main__":
    sys.exit(guarded(main))
