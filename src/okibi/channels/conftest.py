"""Tests of this room talk to the simulators of ``tests/``, from wherever they are started."""

import sys
from pathlib import Path

ROOT = next(folder for folder in Path(__file__).resolve().parents if (folder / "pyproject.toml").is_file())
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))
