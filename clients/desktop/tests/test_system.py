"""Links, starting with the session, one running copy, keys."""

import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from clients.desktop.tests.cast import running
from clients.desktop.tests.conftest import until
from okibi_desktop import app
from okibi_desktop.system import hotkey, links, program, single, start
from okibi_desktop.system.keys import keys_of

linux = pytest.mark.skipif(sys.platform != "linux", reason="the desktop files of Linux")


@pytest.mark.parametrize(
    ("shortcut", "windows", "x"),
    [
        ("Ctrl+Alt+H", (ord("H"), {"ctrl", "alt"}), "h"),
        ("Meta+F12", (0x7B, {"meta"}), "F12"),
        ("Print", (0x2C, set()), "Print"),
        ("Ctrl+Shift+PgUp", (0x21, {"ctrl", "shift"}), "Prior"),
        ("Ctrl+7", (ord("7"), {"ctrl"}), "7"),
    ],
)
def test_a_shortcut_is_told_to_both_systems(shortcut, windows, x):
    keys = keys_of(shortcut)
    assert (keys.windows_code, set(keys.modifiers)) == windows
    assert keys.x_name == x


@pytest.mark.parametrize("shortcut", ["", "H", "Ctrl+Ж", "Ctrl+", "F99", "Hyper+H", "Ctrl+Enter"])
def test_what_is_no_shortcut_is_none(shortcut):
    assert keys_of(shortcut) is None


def test_a_system_without_shortcuts_says_so(qt):
    there_is_none = hotkey.Hotkey(print)
    assert not there_is_none.possible
    assert there_is_none.set("Ctrl+Alt+H") is hotkey.Outcome.IMPOSSIBLE


@linux
def test_links_are_registered_for_this_user_and_name_this_program(home, tmp_path, capsys):
    assert not links.registered()
    if not shutil.which("xdg-mime"):
        pytest.skip("no xdg-mime on this machine")
    assert app.main(["--register"]) == 0
    assert links.registered()
    entry = (tmp_path / "xdg_data_home/applications/okibi-desktop.desktop").read_text()
    assert "MimeType=x-scheme-handler/okibi-ipv;" in entry
    assert program.command()[0] in entry
    said = subprocess.run(
        ["xdg-mime", "query", "default", "x-scheme-handler/okibi-ipv"], capture_output=True, text=True, check=False
    )
    assert said.stdout.strip() == "okibi-desktop.desktop"
    assert "okibi-ipv:" in capsys.readouterr().out


@linux
def test_it_starts_with_the_session_when_told_and_not_otherwise(home, tmp_path):
    assert not start.is_on()
    start.set_on(True)
    assert start.is_on()
    assert "--hidden" in (tmp_path / "xdg_config_home/autostart/okibi-desktop.desktop").read_text()
    start.set_on(False)
    assert not start.is_on()


def test_a_path_with_spaces_and_quotes_is_written_as_the_specification_wants():
    assert program._quoted("/usr/bin/okibi-desktop") == "/usr/bin/okibi-desktop"
    assert program._quoted('/opt/a b/"x"$1%') == '"/opt/a b/\\"x\\"\\$1%%"'


def test_under_windows_a_link_opens_no_console(tmp_path):
    python = tmp_path / "python.exe"
    assert program.windowless(python) == [str(python), "-m", "okibi_desktop"]
    (tmp_path / "pythonw.exe").touch()
    assert program.windowless(python)[0] == str(tmp_path / "pythonw.exe")


def test_a_packaged_program_without_a_terminal_says_nothing_and_registers_its_links(home, monkeypatch):
    for stream in ("stdout", "stderr"):  # as a program of Windows without a console finds them
        monkeypatch.setattr(sys, stream, None)
    assert app.main(["--register"]) == (0 if shutil.which("xdg-mime") else 1)


def test_a_second_start_hands_its_link_over_however_long_it_is_and_ends(qt, enrolled):
    with running(qt, enrolled) as application:
        words = ["okibi-ipv:new?product=server&error=" + "Ж" * 60_000, "--home", str(enrolled)]
        ended = []
        second = subprocess.Popen([sys.executable, "-m", "okibi_desktop", *words], env=os.environ)
        threading.Thread(target=lambda: ended.append(second.wait()), daemon=True).start()
        until(lambda: ended)
        assert ended == [0]
        until(lambda: application.dialogs)
        draft = application.dialogs[0].writing.draft()
        assert draft.text.endswith("Ж" * 4000)
        assert "server" in (draft.product, draft.text.split("\n")[0])  # by its code, or in words where it is not known


@linux
def test_nothing_is_handed_to_a_socket_of_somebody_else(qt, home, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    held = single.Single(home)
    monkeypatch.setattr(os, "getuid", lambda: 4242)
    assert not single.hand_over(home, ["--new-request"])
    held.close()


@linux
def test_without_a_place_for_the_outbox_it_says_so_and_ends(qt, tmp_path):
    (tmp_path / "home").write_text("a file where the folder should be")
    said = []
    QTimer.singleShot(0, lambda: answer_box(said))
    assert app.main(["--home", str(tmp_path / "home")]) == 1
    assert "недоступна" in said[0] or "cannot be used" in said[0]


@linux
def test_the_end_of_the_session_is_no_time_for_questions(qt, enrolled):
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    with running(qt, enrolled) as application:
        object.__setattr__(application.ui, "ask", lambda *_: pytest.fail("asked"))
        application.new_request()
        application.dialogs[0].text.setPlainText("half a request")
        app._end_on_signals(qt)
        QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGTERM))
        try:
            assert qt.exec() == 0
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
        assert application.dialogs[0].isVisible()


def answer_box(said):
    box = QApplication.activeModalWidget()
    said.append(box.text())
    box.accept()


def test_without_a_running_copy_nothing_is_handed_over(qt, enrolled):
    assert not single.hand_over(enrolled, ["--new-request"])


def test_a_link_of_another_kind_is_refused_with_an_explanation(home, capsys):
    with pytest.raises(SystemExit):
        app.main(["http://example.org"])
    assert "okibi-ipv:new" in capsys.readouterr().err
