"""LibreOffice as a second opinion on our spreadsheets."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def convert(workbook: bytes, folder: Path, suffix: str = "xlsx") -> io.BytesIO:
    """The .xlsx after LibreOffice computed every formula anew and saved it in another format."""
    source = folder / "source.xlsx"
    source.write_bytes(workbook)
    [saved] = convert_all([source], folder, suffix)
    return io.BytesIO(saved.read_bytes())


def convert_all(sources: list[Path], folder: Path, suffix: str) -> list[Path]:
    """The same for several files at once: most of the time is its start. In the order given."""
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.fail("未安装 LibreOffice：请运行 apt-get install libreoffice-calc-nogui 后再测试。")
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", suffix, "--outdir", str(folder / "out"), *map(str, sources)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [folder / "out" / f"{source.stem}.{suffix}" for source in sources]
