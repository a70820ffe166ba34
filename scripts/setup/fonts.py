"""The Fandol fonts for papers: taken out of Debian's TeX package, which itself is not installed."""

import gzip
import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path

from scripts.setup.console import Stop, say
from scripts.setup.paths import FONTS
from scripts.setup.system import download_package

PACKAGE = "texlive-lang-chinese"
# Fandol has not changed since version 0.3 of 2015: every release of Debian ships these very files.
CHECKSUMS = {
    "FandolFang-Regular.otf": "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9",
    "FandolHei-Bold.otf": "42ca2de27b45e16a284768673b6205a5add9e17871ee0e7db9c0d03f061d96fd",
    "FandolHei-Regular.otf": "4afa97aa8751e0118617df88272b58d43691b5cffb7ea024c4580496e9f34d28",
    "FandolKai-Regular.otf": "ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827",
    "FandolSong-Bold.otf": "ffa76a70e128947a4dd22151d5ee829b23e24ce3cb6fe8ad49891cd1c2d9e9b9",
    "FandolSong-Regular.otf": "a3820003227d4abe31fe28b493200d94a849ccfd078b50a019264f70353020b0",
}
LICENCES = {"COPYING.gz": "Fandol-COPYING.txt", "README": "Fandol-README.txt"}


def ensure_fonts() -> None:
    if all(is_sound(FONTS / name) for name in CHECKSUMS):
        return
    say("· 正在取中文字体 Fandol（约 49 MB）")
    FONTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FONTS.parent) as folder:
        unpack(download_package(PACKAGE, Path(folder)))
    broken = [name for name in CHECKSUMS if not is_sound(FONTS / name)]
    if broken:
        raise Stop(
            f"字体文件 {'、'.join(broken)} 与预期不符："
            "请确认软件源是 Debian 或 Ubuntu 的官方内容，再运行 make fonts。"
        )


def is_sound(path: Path) -> bool:
    if not path.is_file():
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == CHECKSUMS[path.name]


def unpack(package: Path) -> None:
    """Take the six fonts and their licence out of the package, and nothing else."""
    with (
        subprocess.Popen(
            ["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE
        ) as process,
        tarfile.open(fileobj=process.stdout, mode="r|") as archive,
    ):
        for member in archive:
            name = Path(member.name).name
            if member.isfile() and "/fandol/" in member.name:
                place(name, archive.extractfile(member).read())


def place(name: str, content: bytes) -> None:
    if name in CHECKSUMS:
        (FONTS / name).write_bytes(content)
    elif name in LICENCES:
        text = gzip.decompress(content) if name.endswith(".gz") else content
        (FONTS / LICENCES[name]).write_bytes(text)
