"""`make demo`: from a bare machine to a running demonstration year."""

import sys
import time

from scripts.setup import (
    django_steps,
    fonts,
    frontend,
    preflight,
    python_env,
    services,
    system,
)
from scripts.setup.console import end_process, guarded, say, step


def prepare(env: dict[str, str]) -> None:
    with step("系统软件包"):
        system.ensure_packages(system.RUNTIME)
    with step("Python 依赖"):
        python_env.ensure_environment(for_tests=False)
    with step("前端组件"):
        frontend.ensure_assets()
    with step("中文字体"):
        fonts.ensure_fonts()
    with step("数据库与区划登记册"):
        django_steps.ensure_schema(env)
    with step("演示年度"):
        django_steps.ensure_demo_year(env)
    with step("静态文件"):
        django_steps.ensure_static(env)


def demo() -> int:
    started = time.monotonic()
    preflight.check_writable()
    preflight.check_space()
    host, port = preflight.read_address()
    url = f"http://{host}:{port}/"
    lock = preflight.take_lock(url)
    preflight.check_port(host, port)
    env = django_steps.demo_env()
    prepare(env)
    accounts = django_steps.ask_accounts(env)

    def announce() -> None:
        lines = django_steps.read_accounts(accounts, env)
        say(f"✓ 演示已启动（共 {time.monotonic() - started:.1f} 秒）：{url}")
        say(lines)
        say("按 Ctrl-C 结束。")

    try:
        services.supervise(
            services.demo_services(host, port), env=env, address=(host, port), announce=announce
        )
    finally:
        end_process(accounts, whole_group=False)
        lock.close()
    return 0


if __name__ == "__main__":
    sys.exit(guarded(demo))
