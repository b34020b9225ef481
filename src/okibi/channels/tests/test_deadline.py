"""A watched step that ends in time leaves no alarm behind, whatever other threads are at."""

import subprocess
import sys

import pytest

SCRIPT = """
import threading, time
from okibi.channels.deadline import within
{body}
print("lived")
"""

BESIDE = """
def slow():
    with within(0.3): time.sleep(5)
threading.Thread(target=slow).start()
with within(0.1): pass
time.sleep(2)
"""


@pytest.mark.parametrize(
    ("sentence", "body", "lives"),
    [
        ("one that is quick", "with within(0.2): pass\ntime.sleep(0.4)", True),
        ("one that is slow", "with within(0.1): time.sleep(5)", False),
        ("a quick one within a longer", "with within(9):\n    with within(0.1): pass\n    time.sleep(0.3)", True),
        ("a slow one around a quick", "with within(0.2):\n    with within(9): pass\n    time.sleep(5)", False),
        ("one that raises", "try:\n    with within(0.1): 1 / 0\nexcept ZeroDivisionError: time.sleep(0.3)", True),
        (
            "a slow one beside a quick one of another thread",
            BESIDE,
            False,
        ),
    ],
)
def test_the_process_lives_exactly_when_every_step_came_to_its_end(sentence, body, lives):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(body=body)], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.stdout == "lived\n", done.returncode == 0) == (lives, lives), sentence
