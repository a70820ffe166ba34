"""The steps that Django itself does: database, register, demonstration year, static files."""

import os
import secrets
import subprocess
from collections.abc import Mapping

from scripts.setup import stamps
from scripts.setup.console import run
from scripts.setup.paths import DATA_STAMPS, ROOT, VAR, VENV

PYTHON = VENV / "bin" / "python"
SQLITE = VAR / "db.sqlite3"


def demo_env() -> dict[str, str]:
    """The demonstration runs with DEBUG on; settings refuse its known accounts otherwise."""
    return {
        "DEMO": "1",
        "DEBUG": "1",
        "SECRET_KEY": secret_key(),
        "VAR_DIR": str(VAR),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


def secret_key() -> str:
    """One key per installation, so that sessions outlive a restart."""
    path = VAR / "secret_key"
    if not path.is_file():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def manage(*arguments: str, what: str, env: Mapping[str, str], show: bool = False) -> str:
    return run([PYTHON, "manage.py", *arguments], what=what, env=env, cwd=ROOT, show=show)


def database_fingerprint() -> str | None:
    """What the schema and register were made from, bound to this very database file.

    None for a database server, which others can change: there every step runs each time.
    """
    if os.environ.get("DATABASE_URL") or not SQLITE.is_file():
        return None
    sources = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/data/*.csv")]
    return stamps.fingerprint(sources, SQLITE.stat().st_ino)


def ensure_schema(env: Mapping[str, str]) -> None:
    wanted = database_fingerprint()
    if wanted and stamps.is_current("database", wanted, DATA_STAMPS):
        return
    manage("migrate", "--no-input", what="建立数据库", env=env)
    manage("load_register", what="载入区划登记册", env=env)
    stamps.record("database", database_fingerprint() or "server", DATA_STAMPS)


def ensure_demo_year(env: Mapping[str, str]) -> None:
    wanted = stamps.fingerprint([], SQLITE.stat().st_ino) if SQLITE.is_file() else None
    if wanted and stamps.is_current("demo_year", wanted, DATA_STAMPS):
        return
    seed_demo_year(env)
    if wanted:
        stamps.record("demo_year", wanted, DATA_STAMPS)


def seed_demo_year(env: Mapping[str, str]) -> None:
    manage("seed_demo", what="生成演示年度", env=env, show=True)


def ensure_static(env: Mapping[str, str]) -> None:
    sources = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    wanted = stamps.fingerprint([*sources, ROOT / "requirements.lock"])
    if (VAR / "static").is_dir() and stamps.is_current("static", wanted, DATA_STAMPS):
        return
    manage("collectstatic", "--no-input", what="收集静态文件", env=env)
    stamps.record("static", wanted, DATA_STAMPS)


def ask_accounts(env: Mapping[str, str]) -> subprocess.Popen:
    """Ask for one account per role while the servers start."""
    return subprocess.Popen(
        [PYTHON, "manage.py", "demo_accounts"],
        cwd=ROOT,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )


def read_accounts(asked: subprocess.Popen, env: Mapping[str, str]) -> str:
    """The answer; the demonstration year is made anew if somebody has removed it."""
    answer, _ = asked.communicate()
    if asked.returncode == 0 and answer.strip():
        return answer.rstrip()
    seed_demo_year(env)
    return manage("demo_accounts", what="列出演示账号", env=env).rstrip()
