"""Nobody imports upward or sideways: the contracts of ``.importlinter`` hold, and every room has its floor."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_contracts_of_the_house_hold():
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_promises_take_the_time_as_a_value():
    """No clock of its own: a promise must give the same answer for the same question."""
    asked = ("now(", "utcnow(", ".today(", "time.time(", "monotonic(")
    guilty = [
        f"{path.name}:{number}"
        for path in sorted((ROOT / "src/okibi/policy").glob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if any(word in line for word in asked)
    ]
    assert not guilty
