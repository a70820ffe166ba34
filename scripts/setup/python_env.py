"""The virtual environment .venv, filled by uv from a lock file with hashes."""

import os
import subprocess
import sys
from pathlib import Path

from scripts.setup import stamps
from scripts.setup.console import run, say
from scripts.setup.paths import ROOT, TOOLS, VENV

LOCKS = {"run": ROOT / "requirements.lock", "test": ROOT / "requirements-dev.lock"}
TOOLS_LOCK = ROOT / "requirements-tools.lock"


def ensure_environment(*, for_tests: bool) -> None:
    """Fill .venv for running, or for testing, which includes all that running needs."""
    fingerprints = {kind: stamps.fingerprint([lock]) for kind, lock in LOCKS.items()}
    usable = python_works(VENV)
    has_tests = usable and stamps.is_current("python", fingerprints["test"])
    if has_tests or (not for_tests and usable and stamps.is_current("python", fingerprints["run"])):
        return
    # Whoever has run the tests once keeps the test packages, or two commands would undo each other.
    kind = "test" if for_tests or (usable and (VENV / "bin" / "pytest").exists()) else "run"
    say(f"· 正在安装 Python 依赖（{LOCKS[kind].name}）")
    uv = ensure_uv()
    if not usable:
        run(
            [uv, "venv", "--clear", "--python", sys.executable, VENV],
            what="建立 Python 环境",
            env=uv_env(),
        )
    sync(uv, VENV, LOCKS[kind])
    stamps.record("python", fingerprints[kind])


def ensure_uv() -> Path:
    uv = TOOLS / "bin" / "uv"
    wanted = stamps.fingerprint([TOOLS_LOCK])
    if uv.exists() and python_works(TOOLS) and stamps.is_current("tools", wanted):
        return uv
    run([sys.executable, "-m", "venv", "--clear", TOOLS], what="建立 Python 环境")
    pip = [TOOLS / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
    run(
        [*pip, "install", "--retries", "1", "--require-hashes", "-r", TOOLS_LOCK],
        what="安装 uv 工具",
    )
    stamps.record("tools", wanted)
    return uv


def sync(uv: Path, environment: Path, lock: Path) -> None:
    python = environment / "bin" / "python"
    run(
        [uv, "pip", "sync", "--python", python, "--require-hashes", lock],
        what="安装 Python 依赖",
        env=uv_env(),
    )


def uv_env() -> dict[str, str]:
    settings = {"UV_LINK_MODE": "copy", "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    index = pip_index()
    if index and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(os.environ):
        settings["UV_DEFAULT_INDEX"] = index
    return settings


def pip_index() -> str:
    """The mirror that pip is set up with: uv does not read pip's settings by itself."""
    answer = subprocess.run(
        [TOOLS / "bin" / "python", "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return os.environ.get("PIP_INDEX_URL") or answer.stdout.strip()


def python_works(environment: Path) -> bool:
    """False for a missing environment, one of an older Python, or one whose Python is gone."""
    try:
        answer = subprocess.run(
            [
                environment / "bin" / "python",
                "-c",
                "import sys; print(sys.version_info >= (3, 11))",
            ],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError:
        return False
    return answer.stdout.strip() == "True"
