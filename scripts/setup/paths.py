"""Where things lie: data under VAR, which VAR_DIR can move; tools beside the code they serve."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
LOGS = VAR / "log"
SETUP_LOG = LOGS / "setup.log"
FONTS = VAR / "fonts"
DATA_STAMPS = VAR / "stamps"
STAMPS = ROOT / "var" / "stamps"
TOOLS = ROOT / "var" / "tools"
NODE = ROOT / "var" / "node"
VENV = ROOT / ".venv"
VENDOR = ROOT / "static" / "vendor"
