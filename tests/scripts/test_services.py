"""The supervisor is run as a process of its own and watched from outside."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from scripts.setup.paths import ROOT

SUPERVISOR = """
import sys
from pathlib import Path
from scripts.setup import services
from scripts.setup.console import guarded

def main():
    folder, port, second = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    web = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    services.supervise(
        [services.Service("网页服务", web, folder / "web.log"),
         services.Service("后台任务", ["sh", "-c", second], folder / "worker.log")],
        env={}, address=("127.0.0.1", port), announce=lambda: print("up", flush=True),
    )
    return 0

sys.exit(guarded(main))
"""
# Starts a grandchild and writes its number down, then waits for it.
PARENT_OF_ONE = "sleep 300 & echo $! > {pid_file}; wait"


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def supervise(tmp_path, free_port):
    started = []

    def start(second):
        command = [sys.executable, "-c", SUPERVISOR, str(tmp_path), str(free_port), second]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def wait_until(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_gone(pid):
    """A zombie is gone too: it waits only for somebody to note its end."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def port_answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stop_signal_ends_everything(supervise, tmp_path, free_port, number):
    pid_file = tmp_path / "pid"
    process = supervise(PARENT_OF_ONE.format(pid_file=pid_file))
    first_line = process.stdout.readline()
    wait_until(lambda: pid_file.exists() and pid_file.read_text().strip())
    grandchild = int(pid_file.read_text())

    process.send_signal(number)
    output, errors = process.communicate(timeout=20)

    assert first_line == "up\n"
    assert process.returncode == 0
    assert output == "· 正在停止\n✓ 已全部停止；数据都在，再次运行 make demo 即可继续。\n"
    assert errors == ""
    assert is_gone(grandchild) is True
    assert port_answers(free_port) is False


# A process during whose look a stop signal comes.
SIGNAL_IN_A_LOOK = """
import os, signal
from pathlib import Path
from scripts.setup import services
from scripts.setup.console import guarded

class Process:
    returncode = None
    def poll(self):
        os.kill(os.getpid(), signal.SIGTERM)
        print("looked", flush=True)

def main():
    service = services.Service("网页服务", ["true"], Path("web.log"))
    services.check_alive([(service, Process())])

guarded(main)
"""


def test_stop_signal_waits_until_a_look_is_over():
    """Else the process stays locked by the look, and waiting for its end never ends."""
    command = [sys.executable, "-c", SIGNAL_IN_A_LOOK]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=20)

    assert done.stdout == "looked\n已中断；重新运行会从停下的地方继续。\n"


def test_killed_supervisor_takes_its_services_along(supervise, tmp_path, free_port):
    process = supervise(f"echo $$ > {tmp_path}/pid; exec sleep 300")
    assert process.stdout.readline() == "up\n"
    wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip())
    worker = int((tmp_path / "pid").read_text())

    os.kill(process.pid, signal.SIGKILL)

    wait_until(lambda: is_gone(worker))
    wait_until(lambda: not port_answers(free_port))


def test_failed_service_stops_the_rest_with_a_sentence(supervise, tmp_path, free_port):
    process = supervise("exit 7")

    _, errors = process.communicate(timeout=20)

    assert process.returncode == 1
    assert errors == (
        f"✗ 后台任务意外退出（代码 7）：请看 {tmp_path}/worker.log 末尾的原因，处理后重新运行。\n"
    )
    assert port_answers(free_port) is False
