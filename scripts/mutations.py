"""The small changes of `scripts.mutants`: each makes one place of a module say something else."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
# % formats text nearly everywhere, and | joins types and sets: both are left alone.
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
}
NAMES = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "ZERO": "ONE",
    "ONE": "ZERO",
    "ROUND_FLOOR": "ROUND_CEILING",
    "ROUND_CEILING": "ROUND_FLOOR",
    "ROUND_HALF_UP": "ROUND_HALF_EVEN",
}
# Comparing harder or softer is one change; the other way round is another.
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
}
SKIPPED = ("annotation", "returns", "decorator_list", "type_params")
PLACE = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Mutation:
    """One change: where it stands, which lines run it, what is made of the place."""

    path: Path
    module: str
    first: int
    last: int
    line: int
    source: str
    place: PLACE
    name: str

    @property
    def key(self) -> str:
        """What names the change even after lines have moved."""
        return f"{self.module}:{self.source}:{self.name}"

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.source} → {self.name}"

    def tree(self) -> ast.Module:
        """The module with the change made."""
        tree = ast.parse(self.path.read_text())
        above: ast.AST = tree
        for field, index in self.place[:-1]:
            above = _child(above, field, index)
        field, index = self.place[-1]
        made = dict(changes(_child(above, field, index)))[self.name]
        if index is None:
            setattr(above, field, made)
        else:
            getattr(above, field)[index] = made
        return ast.fix_missing_locations(tree)


def _child(node: ast.AST, field: str, index: int | None) -> ast.AST:
    found = getattr(node, field)
    return found if index is None else found[index]


def mutations(path: Path, root: Path) -> Iterator[Mutation]:
    """Every change of one module, in the order of its lines."""
    text = path.read_text()
    lines = text.splitlines()
    parts = path.relative_to(root).with_suffix("").parts
    module = ".".join(part for part in parts if part != "__init__")
    for node, place, statement in _walk(ast.parse(text), (), None):
        for name, _made in changes(node):
            yield Mutation(
                path=path,
                module=module,
                first=statement.lineno,
                last=_last_line(statement),
                line=node.lineno,
                source=lines[node.lineno - 1].strip(),
                place=place,
                name=name,
            )


def _last_line(statement: ast.stmt) -> int:
    """Of a compound statement the head alone."""
    body = getattr(statement, "body", None)
    return body[0].lineno - 1 if body else statement.end_lineno or statement.lineno


def _walk(
    node: ast.AST, place: PLACE, statement: ast.stmt | None
) -> Iterator[tuple[ast.expr | ast.stmt, PLACE, ast.stmt]]:
    if isinstance(node, ast.stmt):
        statement = node
    if _is_docstring(node):
        return
    if place and statement and isinstance(node, ast.expr | ast.stmt):
        yield node, place, statement
    for field, value in ast.iter_fields(node):
        if field in SKIPPED:
            continue
        for index, part in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(part, ast.AST):
                yield from _walk(part, (*place, (field, index)), statement)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What else the node might say, each with a name."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from _compared(node)
    elif isinstance(node, ast.BinOp | ast.AugAssign) and not _is_of_text(node):
        other = OPERATORS.get(type(node.op))
        if other:
            yield other.__name__, _with(node, op=other())
    elif isinstance(node, ast.BoolOp):
        other_op = ast.And if isinstance(node.op, ast.Or) else ast.Or
        yield other_op.__name__, _with(node, op=other_op())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield f"without {type(node.op).__name__}", node.operand
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in NAMES:
        yield NAMES[node.id], _with(node, id=NAMES[node.id])
    elif isinstance(node, ast.If | ast.IfExp):
        yield "if not", _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Return) and node.value and not _is_none(node.value):
        yield "return None", _with(node, value=ast.Constant(None))
    elif isinstance(node, ast.Continue):
        yield "break", ast.Break()


def _compared(node: ast.Compare) -> Iterator[tuple[str, ast.AST]]:
    for table in (COMPARISONS, TURNED):
        other = table.get(type(node.ops[0]))
        if other:
            yield other.__name__, _with(node, ops=[other()])


def _constant(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node.value, bool):
        yield str(not node.value), ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield str(node.value + 1), ast.Constant(node.value + 1)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_of_text(node: ast.BinOp | ast.AugAssign) -> bool:
    """Whether text is joined: taking it apart fails at once and proves nothing."""
    sides = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.value]
    return any(_says_text(side) for side in sides)


def _says_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod) or _is_of_text(node)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in ("_", "credited", "show")
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _with(node: ast.AST, **fields: object) -> ast.AST:
    made = copy.copy(node)
    for name, value in fields.items():
        setattr(made, name, value)
    return made
