"""Starts the servers, watches them, and sees to it that none outlives this process."""

import contextlib
import ctypes
import http.client
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.setup.console import Stop, end_process, say
from scripts.setup.paths import LOGS, ROOT, VENV

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
PATIENCE = 60
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Service:
    name: str
    command: Sequence[str]
    log: Path


Running = list[tuple[Service, subprocess.Popen]]


def demo_services(host: str, port: int) -> list[Service]:
    programs = VENV / "bin"
    web = [str(programs / "granian"), "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += ["--workers", "2", "--blocking-threads", "1", "--workers-kill-timeout", "3"]
    worker = [str(programs / "celery"), "-A", "naiman_unity.celery:app", "worker", "--beat"]
    worker += ["--concurrency", "2", "--loglevel", "INFO"]
    # There is one worker: talk between workers only delays its start.
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Service("网页服务", [*web, "naiman_unity.wsgi:application"], LOGS / "web.log"),
        Service("后台任务", worker, LOGS / "worker.log"),
    ]


def end_with_parent() -> None:
    # Reached even when this process is killed with SIGKILL and cannot clean up.
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(service: Service, env: Mapping[str, str]) -> subprocess.Popen:
    with service.log.open("wb") as log:
        return subprocess.Popen(
            service.command,
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # A group of its own: Ctrl-C reaches only this process, which then stops the services
            # in order and leaves no grandchild behind.
            start_new_session=True,
            preexec_fn=end_with_parent,
        )


def supervise(
    services: Sequence[Service],
    *,
    env: Mapping[str, str],
    address: tuple[str, int],
    announce: Callable[[], None],
) -> None:
    """Run the services until one fails or the person stops them; all end together."""
    running: Running = []
    try:
        # The web server goes first: on two cores the others would only delay its first answer.
        web, *others = services
        running.append((web, start(web, env)))
        wait_for_web(running, address)
        running += [(service, start(service, env)) for service in others]
        announce()
        while True:
            check_alive(running)
            time.sleep(0.5)
    except KeyboardInterrupt:
        say("· 正在停止")
    finally:
        stop([process for _, process in running])
    say("✓ 已全部停止；数据都在，再次运行 make demo 即可继续。")


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Stop signals wait: one raised within `poll` may leave the process locked for good."""
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)


def check_alive(running: Running) -> None:
    for service, process in running:
        with undisturbed():
            has_ended = process.poll() is not None
        if has_ended:
            raise Stop(
                f"{service.name}意外退出（代码 {process.returncode}）："
                f"请看 {service.log} 末尾的原因，处理后重新运行。"
            )


def wait_for_web(running: Running, address: tuple[str, int]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not answers(*address):
        check_alive(running)
        if time.monotonic() > deadline:
            raise Stop(f"网页服务 {PATIENCE} 秒内没有应答：请看 {running[0][0].log} 末尾的原因。")
        time.sleep(0.1)


def answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        # A static file: answered once the application is loaded, without opening a session.
        connection.request("HEAD", "/static/vendor/htmx.js")
        connection.getresponse()
        return True
    return False


def stop(processes: Sequence[subprocess.Popen]) -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        end_process(process, whole_group=True)
