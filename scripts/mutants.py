"""`python -m scripts.mutants`: are the tests of the arithmetic of points any good?

Changes one thing at a time in the rules and the scoring (a comparison, an operator, a number, a
condition, what is returned), runs the fast tests that touch the changed line until one fails, and
lists every change that none of them notices. Nothing is written: a changed module lives in the
memory of a process of its own.
"""

import argparse
import ast
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

from scripts.mutations import Mutation, mutations

ROOT = Path(__file__).parents[1]
TARGETS = ("assessment/rules", "assessment/scoring")
TESTS = ("test_rules*.py", "test_scoring*.py", "test_kinds*.py", "test_scheme_book*.py")
# No database, and the same examples at each run.
PYTEST = (
    *("-q", "-x", "-n", "0", "-m", "not django_db", "--hypothesis-seed=0"),
    *("-p", "no:cacheprovider", "-p", "no:playwright", "-W", "ignore"),
)
# Loaded once, before the first process is split off: they are the same for every change.
HEAVY = (
    *("pytest", "pytest_django.plugin", "hypothesis.strategies", "faker.factory", "factory"),
    *("celery", "kombu", "openpyxl", "xlsxwriter", "pypinyin", "rapidfuzz", "chinese_calendar"),
    *("django.contrib.postgres.fields", "django.forms", "django.test", "naiman_unity.urls"),
)
# Loaded anew for each change. The tables of the database know nothing of rules at work.
ANEW = ("assessment.", "tests.")
KEPT = ("assessment.models", "assessment.apps", "assessment.permissions")
SETTINGS = {"SECRET_KEY": "guards nothing", "DJANGO_SETTINGS_MODULE": "naiman_unity.settings"}
SECONDS = 120
KILLED, SURVIVED, UNTOUCHED = "发现", "漏过", "无测试"

# Changes that make no difference, with the reason: "module:line of code:change".
EQUIVALENT = {
    "assessment.rules.named_counts:given = value if value.keys() <= set(names) "
    "else _tidied(value):Lt": "名称对得上的再整理一遍也是它自己",
    "assessment.rules.flag:return ZERO if value > 0 else ONE - value:1": "再多也不加分，没有下一步",
    "assessment.rules.flag:return ZERO if value > 0 else ONE - value:ONE": (
        "再多也不加分，没有下一步"
    ),
    "assessment.rules.arithmetic:Emin=-9999,:10000": "没有数到得了那里",
    "assessment.rules.arithmetic:Emax=9999,:10000": "没有数到得了那里",
    "assessment.rules.arithmetic:_GUARD = ONE.scaleb(-FINEST):ZERO": "只用到它的小数位数",
    "assessment.rules.checklist:if isinstance(value, tuple) and name not in value::Or": (
        "已达到的再达到一次不加分，不会被选中"
    ),
    "assessment.rules.exemption:is_of_mean: bool = False:True": "每次都写明",
    "assessment.rules.base:uses_group: ClassVar[bool] = False:True": "看不到也用不到",
    "assessment.rules.base:uses_previous: ClassVar[bool] = False:True": "看不到也用不到",
    "assessment.rules.base:if gap < 0::LtE": "相差 0 的在前面已经返回",
    'assessment.rules.deduct_each:"penalty": score(self.penalty or ZERO),:ONE': (
        "没有每次扣分的，句子里不写每次扣分"
    ),
    "assessment.rules.level_highest:if missing > 0::GtE": "变化 0 的一步什么也不带来，不会被选中",
    "assessment.scoring.explain:if indicator.rule is None or line.outcome is None::And": (
        "没有办法的行也没有结果"
    ),
}

Touched = dict[str, dict[int, set[str]]]


class Changed(SourceFileLoader):
    """Loads one module from a changed tree in the place of its file."""

    tree: ast.Module

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.tree, self.path, "exec")


@dataclass
class Finder:
    """Finds the changed module before anybody looks at its file."""

    module: str
    path: Path
    tree: ast.Module

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self.module:
            return None
        loader = Changed(name, str(self.path))
        loader.tree = self.tree
        places = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return spec_from_file_location(
            name, self.path, loader=loader, submodule_search_locations=places
        )


class Chosen:
    """A plugin: of the collected tests only those that touch the change, the quickest first."""

    def __init__(self, wanted: dict[str, float]) -> None:
        self.wanted = wanted

    def pytest_collection_modifyitems(self, items: list) -> None:
        items[:] = [item for item in items if item.nodeid in self.wanted]
        items.sort(key=lambda item: self.wanted[item.nodeid])


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.mutants", description="逐处改动赋分和评分的代码，看测试能否发现。"
    )
    parser.add_argument("--sample", type=int, default=0, help="只抽查这么多处（默认全部）")
    parser.add_argument("--seed", type=int, default=1, help="抽查的种子（默认 1）")
    parser.add_argument("--only", default="", help="只查路径里有这些字的文件，如 rules/rank")
    parser.add_argument("--list", action="store_true", help="只列出各处改动")
    return parser.parse_args()


def main() -> int:
    arguments = read_arguments()
    chosen = choose(arguments)
    if arguments.list:
        print("\n".join(map(str, chosen)))
        return 0
    os.chdir(ROOT)
    os.environ |= SETTINGS
    touched, seconds = measure()
    warm_up()
    if in_child(lambda: run_tests(None, seconds)):
        print("没有改动时也有测试不通过，先把测试改好。", file=sys.stderr)
        return 1
    verdicts: dict[str, list[Mutation]] = defaultdict(list)
    for number, one in enumerate(chosen, 1):
        verdict = judge(one, touched, seconds)
        verdicts[verdict].append(one)
        print(f"{number}/{len(chosen)} {verdict} {one}", flush=True)
    report(verdicts)
    return 0


def warm_up() -> None:
    """What no change concerns is loaded once, before any process is split off."""
    import_module("django").setup()
    for name in HEAVY:
        import_module(name)


def forget() -> None:
    """Lets go of every module that a change may concern."""
    for name in list(sys.modules):
        if name.startswith(ANEW) and not name.startswith(KEPT):
            del sys.modules[name]


def choose(arguments: argparse.Namespace) -> list[Mutation]:
    found = [
        one
        for folder in TARGETS
        for path in sorted((ROOT / folder).glob("*.py"))
        if arguments.only in str(path)
        for one in mutations(path, ROOT)
        if one.key not in EQUIVALENT
    ]
    if not 0 < arguments.sample < len(found):
        return found
    chance = random.Random(arguments.seed)  # noqa: S311 - which changes are tried is no secret
    places = chance.sample(range(len(found)), arguments.sample)
    return [found[place] for place in sorted(places)]


def measure() -> tuple[Touched, dict[str, float]]:
    """Module path → line → the tests that run it, and how long each test takes."""
    with tempfile.TemporaryDirectory() as folder:
        data, times = Path(folder) / "lines", Path(folder) / "times.xml"
        sources = [f"--cov={folder}" for folder in TARGETS]
        options = ("--cov-context=test", "--cov-report=", "--cov-fail-under=0")
        subprocess.run(
            [*(sys.executable, "-m", "pytest"), *PYTEST, *sources, *options, *test_files()]
            + [f"--junitxml={times}"],
            env={**os.environ, "COVERAGE_FILE": str(data)},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        touched, by_name = touched_lines(data), durations(times)
    tests = set().union(*(names for lines in touched.values() for names in lines.values()))
    return touched, {test: by_name[_short(test)] for test in tests}


def _short(test: str) -> str:
    file, _mark, name = test.partition("::")
    return f"{Path(file).stem}::{name}"


def test_files() -> list[str]:
    folder = ROOT / "tests" / "assessment"
    return [str(path.relative_to(ROOT)) for name in TESTS for path in sorted(folder.glob(name))]


def touched_lines(data: Path) -> Touched:
    found = import_module("coverage").CoverageData(str(data))
    found.read()
    touched: Touched = {}
    for path in found.measured_files():
        lines = found.contexts_by_lineno(path)
        touched[path] = {
            line: {name.partition("|")[0] for name in names if name}
            for line, names in lines.items()
        }
    return touched


def durations(report: Path) -> dict[str, float]:
    """How many seconds each test takes, by the names of its module and of itself."""
    seconds: dict[str, float] = defaultdict(float)
    for case in import_module("xml.etree.ElementTree").parse(report).iter("testcase"):
        name = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
        seconds[name] = float(case.get("time", 0))
    return seconds


def judge(one: Mutation, touched: Touched, seconds: dict[str, float]) -> str:
    lines = touched.get(str(one.path), {})
    tests = set().union(*(lines.get(line, set()) for line in range(one.first, one.last + 1)))
    if not lines:
        return UNTOUCHED
    # What runs at import alone concerns whoever imports the module.
    tests = tests or set(seconds)
    wanted = {test: seconds[test] for test in tests}
    # Whether a test fails, or nothing works any more, or nothing ends any more.
    return KILLED if in_child(lambda: run_tests(one, wanted)) else SURVIVED


def run_tests(one: Mutation | None, wanted: dict[str, float]) -> int:
    """The answer of pytest for these tests, with the change made."""
    forget()
    if one:
        sys.meta_path.insert(0, Finder(one.module, one.path, one.tree()))
    files = sorted({test.partition("::")[0] for test in wanted})
    return int(import_module("pytest").main([*PYTEST, *files], plugins=[Chosen(wanted)]))


def in_child(deed: Callable[[], int]) -> int:
    """What the deed gives in a process of its own, without a word; 1 when it takes too long."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            code = deed()
        finally:
            os._exit(code)
    begun = time.monotonic()
    while time.monotonic() - begun < SECONDS:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.02)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return 1


def report(verdicts: dict[str, list[Mutation]]) -> None:
    total = sum(map(len, verdicts.values()))
    for one in survivors(verdicts):
        print(f"漏过 {one.key}")
    killed = len(verdicts[KILLED])
    print(f"共 {total} 处改动，发现 {killed} 处（{killed / max(total, 1):.1%}）")


def survivors(verdicts: dict[str, list[Mutation]]) -> Iterator[Mutation]:
    yield from verdicts[SURVIVED]
    yield from verdicts[UNTOUCHED]


if __name__ == "__main__":
    sys.exit(main())
