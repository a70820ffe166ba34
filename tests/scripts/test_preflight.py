import socket

import pytest

from scripts.setup import preflight
from scripts.setup.console import Stop


def refusal(function, *arguments):
    with pytest.raises(Stop) as stopped:
        function(*arguments)
    return str(stopped.value)


def test_taken_port_is_refused_with_the_next_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        sentence = refusal(preflight.check_port, "127.0.0.1", port)

    assert sentence == (
        f"端口 {port} 已被占用或不可用：请关闭占用它的程序，"
        f"或换一个端口：PORT={port + 1} make demo。"
    )


def test_free_port_is_accepted():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    preflight.check_port("127.0.0.1", port)


def test_address_is_loopback_and_port_8000_unless_told(monkeypatch):
    monkeypatch.delenv("DEMO_HOST", raising=False)
    monkeypatch.delenv("PORT", raising=False)

    assert preflight.read_address() == ("127.0.0.1", 8000)


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "８０００x"])
def test_impossible_port_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)

    assert refusal(preflight.read_address) == (
        f"端口 {port} 不是 1 到 65535 的整数：请改用如 PORT=8001 make demo。"
    )


def test_public_address_is_refused_unless_allowed_in_so_many_words(monkeypatch):
    monkeypatch.setenv("DEMO_HOST", "192.0.2.1")
    monkeypatch.setenv("PORT", "8001")

    sentence = refusal(preflight.read_address)
    monkeypatch.setenv("DEMO_ALLOW_PUBLIC", "1")

    assert sentence == (
        "演示账号是公开的，演示只在本机地址上运行：请去掉 DEMO_HOST，"
        "或明确设置 DEMO_ALLOW_PUBLIC=1 和 ALLOWED_HOSTS。"
    )
    assert preflight.read_address() == ("192.0.2.1", 8001)


def test_second_demonstration_is_told_where_the_first_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(preflight, "VAR", tmp_path)
    first = preflight.take_lock("http://127.0.0.1:8000/")

    sentence = refusal(preflight.take_lock, "http://127.0.0.1:8001/")
    first.close()

    assert sentence == (
        "演示已在运行（http://127.0.0.1:8000/）：请直接打开它，或先在那个窗口按 Ctrl-C。"
    )
    preflight.take_lock("http://127.0.0.1:8001/").close()


def test_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setattr(preflight, "VAR", blocked)

    assert refusal(preflight.check_writable) == (
        f"目录 {blocked} 不能写入（File exists）：请用它的所有者运行，或把项目放到可写的磁盘上。"
    )
