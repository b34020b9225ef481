"""The shortcut on a real X server, pressed by a real key event."""

import contextlib
import os
import shutil
import subprocess
import sys
import textwrap

import pytest

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="NO Xvfb AND xdotool HERE"),
]
PROGRAM = textwrap.dedent("""
    import subprocess, threading
    from okibi_desktop.system.hotkey_x11 import X11Grab
    from okibi_desktop.system.keys import keys_of

    pressed = threading.Event()
    keys = keys_of("Ctrl+Alt+H")
    grab = X11Grab(keys, pressed.set)
    try:
        X11Grab(keys, print)
    except OSError:
        print("taken")
    subprocess.run(["xdotool", "key", "ctrl+alt+h"], check=True)
    print("pressed" if pressed.wait(60) else "lost")
    grab.close()
    X11Grab(keys, print).close()
    print("free")
""")


@contextlib.contextmanager
def x_server():
    """Its display's name; the server picks a free one and tells it."""
    told, tell = os.pipe()
    command = ["Xvfb", "-displayfd", str(tell), "-screen", "0", "640x480x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[tell], stderr=subprocess.DEVNULL)
    os.close(tell)
    try:
        with os.fdopen(told) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def test_a_key_pressed_anywhere_is_heard_held_alone_and_given_back():
    with x_server() as display:
        environment = os.environ | {"DISPLAY": display}
        environment.pop("WAYLAND_DISPLAY", None)
        said = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
    assert said.stdout.split() == ["taken", "pressed", "free"], said.stderr
