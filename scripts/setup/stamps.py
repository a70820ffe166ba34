"""A stamp remembers what content a step was last done for: an unchanged step is skipped."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from scripts.setup.paths import ROOT, STAMPS


def fingerprint(paths: Iterable[Path], *facts: object) -> str:
    """Hash the names and contents of files together with other facts that matter."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    for fact in facts:
        digest.update(f"{fact}\0".encode())
    return digest.hexdigest()


def is_current(name: str, value: str, folder: Path = STAMPS) -> bool:
    stamp = folder / name
    return stamp.is_file() and stamp.read_text() == value


def record(name: str, value: str, folder: Path = STAMPS) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(value)


def forget(name: str, folder: Path = STAMPS) -> None:
    (folder / name).unlink(missing_ok=True)
