"""System packages: only what is missing is installed, and only then is apt asked for news."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.setup.console import Stop, run, say

# Pango lays out the PDF; without libharfbuzz-subset0 subsetting takes dozens of times as long.
PDF = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
# Noto covers the rare characters of names; LXGW WenKai is the complete 楷体.
FONTS = ("fonts-noto-cjk", "fonts-lxgw-wenkai")
# Ubuntu has it only since 23.04; Fandol's 楷体 stands in for it.
OPTIONAL = {"fonts-lxgw-wenkai"}
RUNTIME = (*PDF, *FONTS, "tzdata")
# LibreOffice recalculates our workbooks, poppler-utils reads our PDF.
TESTING = (*RUNTIME, "libreoffice-calc", "poppler-utils")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
APT_LISTS = Path("/var/lib/apt/lists")
APT = ("-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=1")


def ensure_packages(wanted: Sequence[str]) -> None:
    missing = missing_packages([*wanted, *venv_packages()])
    never_asked = not any(APT_LISTS.glob("*_Packages*"))
    if any(name not in OPTIONAL or never_asked or is_offered(name) for name in missing):
        install(missing)


def ensure_test_packages() -> None:
    browser = () if any(map(shutil.which, CHROMIUM_NAMES)) else ("chromium",)
    ensure_packages((*TESTING, *browser))


def venv_packages() -> list[str]:
    """Debian parts venv from Python: name its package where the running Python lacks it."""
    if all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return []
    return [f"python3.{sys.version_info.minor}-venv"]


def missing_packages(wanted: Sequence[str]) -> list[str]:
    if not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        raise Stop(
            "这条命令面向 Debian 12、13 和 Ubuntu：其他系统请先自行安装 " + "、".join(wanted) + "。"
        )
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    rows = (line.split() for line in answer.stdout.splitlines())
    installed = {name for name, status in rows if status == "installed"}
    return [name for name in wanted if name not in installed]


def install(packages: Sequence[str]) -> None:
    prefix = root_prefix(f"apt-get install -y {' '.join(packages)}")
    say(f"· 正在安装 {len(packages)} 个系统软件包：{' '.join(packages)}")
    # An earlier run that was cut off may have left packages unpacked but not set up.
    run([*prefix, "dpkg", "--configure", "-a"], what="整理系统软件包")
    # apt-get ends well even when no list could be fetched: only its words tell.
    news = run([*prefix, "apt-get", *APT, "update"], what="更新软件源目录")
    offered = [name for name in packages if name not in OPTIONAL or is_offered(name)]
    run(
        [*prefix, "apt-get", *APT, "install", "-y", "--no-install-recommends", *offered],
        what="安装系统软件包",
        env={"DEBIAN_FRONTEND": "noninteractive"},
        before=news,
    )


def is_offered(package: str) -> bool:
    """Whether the package lists of this machine know the package."""
    answer = subprocess.run(["apt-cache", "show", package], capture_output=True, check=False)
    return answer.returncode == 0 and answer.stdout != b""


def root_prefix(by_hand: str) -> list[str]:
    """What to put before a command so that it runs as root, or a sentence where that cannot be."""
    if os.geteuid() == 0:
        return []
    refusal = Stop(f"缺少系统软件包，安装需要管理员权限：请以 root 运行 {by_hand}，然后重新运行。")
    if not shutil.which("sudo"):
        raise refusal
    quiet = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    if quiet.returncode != 0:
        if not sys.stdin.isatty():
            raise refusal
        say("· 安装系统软件包需要管理员权限，请输入密码")
        if subprocess.run(["sudo", "-v"], check=False).returncode != 0:
            raise refusal
    return ["sudo", "DEBIAN_FRONTEND=noninteractive"]


def download_package(name: str, folder: Path) -> Path:
    """Fetch a package file without installing it."""
    folder.mkdir(parents=True, exist_ok=True)
    if not is_offered(name):
        prefix = root_prefix("apt-get update")
        run([*prefix, "apt-get", *APT, "update"], what="更新软件源目录")
    run(["apt-get", *APT, "download", name], what=f"下载 {name}", cwd=folder)
    return next(folder.glob(f"{name}_*.deb"))
