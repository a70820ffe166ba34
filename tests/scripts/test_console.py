import errno
import sys

import pytest

from scripts.setup import console


@pytest.fixture(autouse=True)
def log(tmp_path, monkeypatch):
    path = tmp_path / "setup.log"
    monkeypatch.setattr(console, "SETUP_LOG", path)
    return path


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "E: Failed to fetch http://deb.debian.org/ Could not resolve 'deb.debian.org'",
            "安装时连不上软件源：请检查网络或代理（http_proxy、https_proxy）后重新运行；",
        ),
        (
            "npm error code ENOTFOUND",
            "安装时连不上软件源：请检查网络或代理（http_proxy、https_proxy）后重新运行；",
        ),
        (
            "E: Unable to locate package fonts-noto-cjk",
            "安装时在软件源里没有找到所需的包：请启用 Debian 的 main 或 Ubuntu 的 universe ",
        ),
        ("OSError: No space left on device", "安装时磁盘已满：请腾出至少 2 GB 空间后重新运行。"),
        ("Segmentation fault", "安装没有成功：请按 "),
    ],
)
def test_failure_is_explained_with_its_remedy(output, sentence):
    explained = console.explain_failure("安装", output)

    assert explained[: len(sentence)] == sentence


def test_run_stops_with_a_sentence_and_keeps_the_output(log):
    command = [sys.executable, "-c", "print('Failed to fetch'); raise SystemExit(3)"]

    with pytest.raises(console.Stop) as stopped:
        console.run(command, what="下载")

    assert str(stopped.value).startswith("下载时连不上软件源")
    assert log.read_text().splitlines()[1] == "Failed to fetch"


def test_run_takes_the_reason_from_the_command_before():
    with pytest.raises(console.Stop) as stopped:
        console.run(["false"], what="安装", before="Temporary failure resolving 'deb.debian.org'")

    assert str(stopped.value).startswith("安装时连不上软件源")


def test_run_returns_the_output_and_shows_it_when_asked(capsys):
    output = console.run(["echo", "甲乙"], what="试", show=True)

    assert output == "甲乙\n"
    assert capsys.readouterr().out == "  甲乙\n"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "full"), "磁盘已满：请腾出至少 2 GB 空间后重新运行。"),
        (
            PermissionError(errno.EACCES, "denied", "var/db.sqlite3"),
            "不能写入 var/db.sqlite3：请用这个目录的所有者运行，或用 chown 改正目录的权限。",
        ),
        (
            OSError(errno.EIO, "Input/output error", "var"),
            "系统拒绝了对 var 的操作（Input/output error）：请处理后重新运行。",
        ),
    ],
)
def test_os_error_is_explained(error, sentence):
    assert console.explain_os_error(error) == sentence
