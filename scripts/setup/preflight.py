"""What must hold before anything is installed, so that nobody waits for a failure."""

import contextlib
import fcntl
import os
import shutil
import socket
from typing import IO

from scripts.setup.console import Stop
from scripts.setup.paths import DATA_STAMPS, LOGS, ROOT, VAR, VENV

LOOPBACK = "127.0.0.1"
NEEDED_BYTES = 2 * 1024**3


def check_writable() -> None:
    for folder in (ROOT, VAR, LOGS, DATA_STAMPS, ROOT / "var"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".probe"
            probe.write_text("")
            probe.unlink()
        except OSError as error:
            raise Stop(
                f"目录 {folder} 不能写入（{error.strerror}）："
                "请用它的所有者运行，或把项目放到可写的磁盘上。"
            ) from error


def check_space() -> None:
    if VENV.exists():
        return
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise Stop(f"磁盘只剩 {free // 1024**2} MB：请腾出至少 2 GB 空间后重新运行。")


def read_address() -> tuple[str, int]:
    """Host and port to serve on: loopback, unless the person asks for more in so many words."""
    host = os.environ.get("DEMO_HOST") or LOOPBACK
    if host != LOOPBACK and os.environ.get("DEMO_ALLOW_PUBLIC") != "1":
        raise Stop(
            "演示账号是公开的，演示只在本机地址上运行：请去掉 DEMO_HOST，"
            "或明确设置 DEMO_ALLOW_PUBLIC=1 和 ALLOWED_HOSTS。"
        )
    text = os.environ.get("PORT") or "8000"
    if not (text.isdecimal() and 1 <= int(text) <= 65535):
        raise Stop(f"端口 {text} 不是 1 到 65535 的整数：请改用如 PORT=8001 make demo。")
    return host, int(text)


def check_port(host: str, port: int) -> None:
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Stop(f"端口 {port} 需要管理员权限：请改用如 PORT=8000 make demo。") from error
        except OSError as error:
            raise Stop(
                f"端口 {port} 已被占用或不可用：请关闭占用它的程序，"
                f"或换一个端口：PORT={port + 1 if port < 65535 else 8000} make demo。"
            ) from error


def take_lock(purpose: str) -> IO[str]:
    """Hold the data folder for one command; the lock goes with the process, even a killed one."""
    lock = (VAR / "demo.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        with lock:
            lock.seek(0)
            holder = lock.read().strip()
        raise Stop(f"演示已在运行（{holder}）：请直接打开它，或先在那个窗口按 Ctrl-C。") from error
    lock.truncate(0)
    lock.write(purpose)
    lock.flush()
    return lock
