"""A Celery worker in a process of its own that works on the test's database."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings as conf
from django.db import connection

COMMAND = ("worker", "--concurrency", "1", "--loglevel", "INFO", "--without-gossip",
           "--without-mingle", "--without-heartbeat")  # fmt: skip


def database_url() -> str:
    """The test's own database, as the worker's environment names it."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    login = f"{quote(facts['USER'])}:{quote(facts['PASSWORD'])}" if facts["USER"] else ""
    host = quote(facts["HOST"], safe="")
    port = f":{facts['PORT']}" if facts["PORT"] else ""
    return f"postgres://{login}@{host}{port}/{facts['NAME']}"


@contextmanager
def worker(
    app: str, *, log: Path, media: Path, options: tuple[str, ...] = (), **env: str
) -> Iterator[subprocess.Popen]:
    """A worker in a process group of its own; killed at the end if still alive."""
    ours = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": conf.REDIS_URL,
        "VAR_DIR": str(conf.VAR_DIR),
        "FONT_DIR": str(conf.FONT_DIR),
        "MEDIA_ROOT": str(media),
        "SECRET_KEY": "for-the-worker",
    }
    command = (sys.executable, "-m", "celery", "-A", app, *COMMAND, *options)
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=conf.BASE_DIR,
            env={**os.environ, **ours, **env},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen) -> None:
    """SIGKILL to the worker, its pool and its beat: nobody gets to clean up."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
