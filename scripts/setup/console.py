"""What the person at the terminal sees: short lines with seconds, one sentence when it stops."""

import contextlib
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from scripts.setup.paths import SETUP_LOG

NETWORK_SIGNS = (
    "could not resolve",
    "temporary failure resolving",
    "temporary failure in name resolution",
    "name or service not known",
    "failed to fetch",
    "cannot initiate the connection",
    "newconnectionerror",
    "max retries exceeded",
    "read timed out",
    "dns error",
    "error sending request",
    "enotfound",
    "eai_again",
    "econnrefused",
    "etimedout",
    "network is unreachable",
)


class Stop(Exception):
    """Ends the command with one sentence for the person: what is wrong and how to mend it."""


def say(line: str) -> None:
    print(line, flush=True)


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    say(f"✓ {name}（{time.monotonic() - started:.1f} 秒）")


def log_name() -> str:
    with contextlib.suppress(ValueError):
        return str(SETUP_LOG.relative_to(Path.cwd()))
    return str(SETUP_LOG)


def explain_failure(what: str, output: str) -> str:
    if any(sign in output.lower() for sign in NETWORK_SIGNS):
        return (
            f"{what}时连不上软件源：请检查网络或代理（http_proxy、https_proxy）后重新运行；"
            f"详情见 {log_name()}。"
        )
    if "unable to locate package" in output.lower():
        return (
            f"{what}时在软件源里没有找到所需的包：请启用 Debian 的 main 或 Ubuntu 的 universe 后"
            f"重新运行；详情见 {log_name()}。"
        )
    if "no space left on device" in output.lower():
        return f"{what}时磁盘已满：请腾出至少 2 GB 空间后重新运行。"
    return f"{what}没有成功：请按 {log_name()} 末尾的原因处理后重新运行。"


def run(
    command: Sequence[str | Path],
    *,
    what: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    show: bool = False,
    before: str = "",
) -> str:
    """Run one set-up command, keep its output in the log, and stop with a sentence if it fails.

    `before` is what an earlier command said that may hold the reason of a failure of this one.
    """
    # sudo asks for a password on the terminal, which a session of its own would take away.
    own_session = command[0] != "sudo"
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=None if command[0] == "sudo" else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=own_session,
    )
    try:
        output = read_output(process, command, show)
    except BaseException:
        end_process(process, whole_group=own_session)
        raise
    if process.returncode != 0:
        raise Stop(explain_failure(what, before + output))
    return output


def read_output(process: subprocess.Popen, command: Sequence[str | Path], show: bool) -> str:
    lines = []
    with process.stdout, SETUP_LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(str(part) for part in command)}\n")
        for line in process.stdout:
            lines.append(line)
            log.write(line)
            log.flush()
            if show:
                say(f"  {line.rstrip()}")
    process.wait()
    return "".join(lines)


def end_process(process: subprocess.Popen, *, whole_group: bool, patience: float = 8) -> None:
    """Ask the process to end, then make sure that nothing of its group is left."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    if whole_group:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    process.wait()


def guarded(main: Callable[[], int]) -> int:
    """Run a command so that whatever goes wrong ends in one sentence, never in a traceback."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        return main()
    except Stop as stop:
        print(f"✗ {stop}", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        say("已中断；重新运行会从停下的地方继续。")
        return 130
    except OSError as error:
        print(f"✗ {explain_os_error(error)}", file=sys.stderr, flush=True)
    return 1


def explain_os_error(error: OSError) -> str:
    place = error.filename or "磁盘"
    if error.errno == errno.ENOSPC:
        return "磁盘已满：请腾出至少 2 GB 空间后重新运行。"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"不能写入 {place}：请用这个目录的所有者运行，或用 chown 改正目录的权限。"
    return f"系统拒绝了对 {place} 的操作（{error.strerror}）：请处理后重新运行。"
