"""Finds the PostgreSQL and Redis that the tests can also run on."""

import os
import socket
import subprocess
import zlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from scripts.setup.console import Stop
from scripts.setup.paths import ROOT, VENV

# Two checkouts on one machine test in databases of their own.
CHECKOUT = zlib.crc32(str(ROOT).encode())
POSTGRES = f"postgres://postgres@127.0.0.1:5432/naiman_unity_{CHECKOUT}"
# A high index, away from whatever else the machine keeps in its Redis.
REDIS = "redis://127.0.0.1:6379/9"
PROBES = {
    "PostgreSQL": (
        "import sys, psycopg; "
        "psycopg.connect(sys.argv[1].rsplit('/', 1)[0] + '/postgres', connect_timeout=3).close()"
    ),
    "Redis": "import sys, redis; redis.Redis.from_url(sys.argv[1], socket_timeout=3).ping()",
}


@dataclass(frozen=True)
class Servers:
    names: tuple[str, ...]
    env: dict[str, str]


def find() -> Servers | None:
    """Those that answer; a server named by TEST_DATABASE_URL or TEST_REDIS_URL must answer."""
    names, env = [], {}
    for name, variable, default in (
        ("PostgreSQL", "DATABASE_URL", POSTGRES),
        ("Redis", "REDIS_URL", REDIS),
    ):
        told = os.environ.get(f"TEST_{variable}")
        url = told or default
        if accepts(url) and lets_in(name, url):
            names.append(name)
            env[variable] = url
        elif told:
            raise Stop(f"TEST_{variable} 指向的 {name} 没有应答：请启动它，或去掉这个变量。")
    return Servers(tuple(names), env) if names else None


def accepts(url: str) -> bool:
    parts = urlsplit(url)
    default = 6379 if parts.scheme.startswith("redis") else 5432
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or default), 2).close()
    except OSError:
        return False
    return True


def lets_in(name: str, url: str) -> bool:
    command = [VENV / "bin" / "python", "-c", PROBES[name], url]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
