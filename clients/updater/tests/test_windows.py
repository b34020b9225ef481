"""What differs under Windows, as far as it can be told on any machine: lines of words, paths, the service's manager."""

import ctypes
import threading
import tomllib
from pathlib import Path

import pytest

from okibi_updater import disk, setting_up, settings, units, unpack, win32, windows
from okibi_updater.commands import readable
from okibi_updater.installers import Job, Place
from okibi_updater.journal import Run
from okibi_updater.problems import RefusedError, SettingsError

RUN = Run("7", "", "desktop", "2.0", "1.0", "desktop/2.0/install.sh")
MSIEXEC = "C:\\Windows\\System32\\msiexec.exe"
LINES = {
    "a program with blanks": (["C:\\a b\\setup.exe", "/S", "/D=C:\\x y"], '"C:\\a b\\setup.exe" /S "/D=C:\\x y"'),
    "a property of msiexec": (
        [MSIEXEC, "/i", "C:\\a b\\p.msi", "/qn", "DIR=C:\\x y"],
        f'{MSIEXEC} /i "C:\\a b\\p.msi" /qn DIR="C:\\x y"',
    ),
    "one without blanks": ([MSIEXEC, "ALLUSERS=1"], f"{MSIEXEC} ALLUSERS=1"),
    "an empty one": (["msiexec", "LICENCE="], 'msiexec LICENCE=""'),
    "quotes inside": (["msiexec", 'NAME=OOO "A B"'], 'msiexec NAME="OOO ""A B"""'),
    "no property": (["msiexec", "/l*v", "C:\\a b\\log=1.txt"], 'msiexec /l*v "C:\\a b\\log=1.txt"'),
}


@pytest.mark.parametrize("case", LINES)
def test_words_become_one_line(case):
    words, line = LINES[case]
    assert win32.command_line(words) == line


@pytest.mark.parametrize(
    ("path", "far"),
    [
        ("C:\\Program Files\\A", "\\\\?\\C:\\Program Files\\A"),
        ("C:/Program Files/A", "\\\\?\\C:\\Program Files\\A"),
        ("\\\\server\\share\\A", "\\\\?\\UNC\\server\\share\\A"),
        ("\\\\?\\C:\\A", "\\\\?\\C:\\A"),
    ],
)
def test_a_long_path_has_a_form_without_a_limit(path, far):
    assert win32.far(path) == far


@pytest.mark.parametrize(
    ("python", "line"),
    [
        (units.Python(True, "C:\\OKIBI\\up.exe"), '"C:\\OKIBI\\up.exe" --settings'),
        (units.Python(False, "C:\\Py 3\\python.exe"), '"C:\\Py 3\\python.exe" -I -m okibi_updater --settings'),
        (units.Python(False, "C:\\Py\\python.exe"), '"C:\\Py\\python.exe" -I -m okibi_updater --settings'),
        (
            units.Python(False, "C:\\Py\\python.exe", "C:\\venv\\Lib\\site-packages"),
            "C:\\venv\\Lib\\site-packages --settings",
        ),
    ],
)
def test_the_service_is_started_without_a_launcher(python, line):
    printed = units.windows(Path("C:\\Program Data\\settings.toml"), python)
    assert line in printed
    assert '--settings "C:\\Program Data\\settings.toml" service run' in printed
    quoted = printed.partition("-BinaryPathName '")[2].partition("'\n")[0]
    assert "'" not in quoted.replace("''", "")  # one literal of PowerShell


@pytest.mark.parametrize("on_windows", [True, False])
def test_the_settings_to_fill_in_are_right_once_the_marks_are_taken_away(on_windows):
    text = setting_up.template("https://desk.example.org", "ru", on_windows=on_windows)
    filled = [line if line.startswith("# ") else line.removeprefix("#") for line in text.splitlines()]
    product = tomllib.loads("\n".join(filled))["products"]["desktop"]
    assert product["folder"] == ("C:\\Program Files\\Program" if on_windows else "/opt/program")
    assert ("Stop-Service" in product["stop"][-1]) is on_windows


WRITTEN = {
    "with the mark of Notepad": ("\ufeffserver = 'https://desk.example.org'\n".encode(), ""),
    "in another code page": ("server = 'https://desk.example.org'\n# Программа\n".encode("cp1251"), "UTF-8"),
    "with backslashes in double quotes": (
        b'server = "https://d"\n[products.d]\nfolder = "C:\\Program"\n',
        "single quotes",
    ),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_settings_as_editors_of_windows_write_them(case, tmp_path):
    content, complaint = WRITTEN[case]
    (tmp_path / "settings.toml").write_bytes(content)
    if not complaint:
        assert settings.load(tmp_path / "settings.toml").server == "https://desk.example.org"
        return
    with pytest.raises(SettingsError) as refused:
        settings.load(tmp_path / "settings.toml")
    assert complaint in refused.value.sentence.en


@pytest.mark.parametrize("name", ["a.", "a ", "folder./x", "what?.txt", "a|b", "a\tb"])
def test_a_name_that_windows_would_change_is_refused_there(name):
    assert unpack._inside(name, on_windows=False)
    with pytest.raises(RefusedError):
        unpack._inside(name, on_windows=True)


@pytest.mark.parametrize("name", ["nul .txt", "COM¹", "conout$", "x/Aux.log"])
def test_names_of_devices_are_refused_everywhere(name):
    with pytest.raises(RefusedError):
        unpack._inside(name)


def test_what_tools_of_windows_print_is_read():
    assert readable("Отказано в доступе".encode("cp866"), "cp866") == "Отказано в доступе"
    assert readable("Отказано".encode()[1:]) == "тказано"  # the tail begins inside a letter
    assert readable(b"\xff\xfe", "utf-8") == "��"


def test_a_file_that_is_still_held_is_waited_for(monkeypatch):
    monkeypatch.setattr(disk, "PAUSE", 0.001)
    left = [PermissionError(13, "held"), OSError(39, "not empty"), None]

    def act():
        error = left.pop(0)
        if error:
            raise error

    disk.patiently(act, waits=True)
    assert left == []
    left[:] = [PermissionError(13, "held")]
    with pytest.raises(PermissionError):
        disk.patiently(act, waits=False)


def test_a_busy_windows_installer_is_waited_for(host):
    tries = host.folder.with_name("tries")
    script = f'echo x >> "{tries}"; [ $(wc -l < "{tries}") -ge 3 ] || exit 75'
    product = settings.load(host.set_up("script").settings_file).products["desktop"]
    job = Job(Place(product, host.home, "7"), RUN)
    job.place.work.mkdir(parents=True)
    job.call(("sh", "-c", script), locked=True, busy=(75,), pause=0.01)
    assert tries.read_text() == "x\nx\nx\n"


# ---------------------------------------------------------------- the service


def told_by(pulse=60.0):
    said, stopped = [], []
    told = windows.Told(
        lambda status: said.append((status.state, status.accepted, status.check_point)),
        lambda: stopped.append(1),
        pulse,
    )
    return told, said, stopped


def test_the_manager_is_told_that_it_runs_and_that_it_stops():
    told, said, stopped = told_by()
    told.say(windows.RUNNING)
    assert told.control(windows.INTERROGATE) == 0
    assert told.control(99) == windows.UNKNOWN_CONTROL
    assert told.control(windows.STOP) == 0
    told.say(windows.STOPPED)
    told.say(windows.STOP_PENDING)  # a late pulse: a stopped service says nothing more
    accepted = windows.ACCEPT_STOP | windows.ACCEPT_PRESHUTDOWN
    assert said == [(windows.RUNNING, accepted, 0), (windows.STOP_PENDING, 0, 1), (windows.STOPPED, 0, 0)]
    assert stopped == [1]


def test_a_stop_that_takes_long_is_said_again_and_again():
    beats = threading.Event()
    points = []

    def tell(status):
        if status.state == windows.STOP_PENDING:
            points.append(status.check_point)
            if len(points) > 3:
                beats.set()

    told = windows.Told(tell, lambda: None, 0.001)
    told.say(windows.RUNNING)
    told.control(windows.PRESHUTDOWN)
    assert beats.wait(20)
    told.say(windows.STOPPED)
    assert points == sorted(set(points))


def test_a_failure_is_told_as_one_so_that_windows_starts_it_anew():
    codes = []
    told = windows.Told(lambda status: codes.append((status.code, status.own_code)), lambda: None)
    told.say(windows.STOPPED, 1)
    assert codes == [(windows.FAULT, 1)]


def test_the_shape_of_what_is_told():
    assert ctypes.sizeof(windows.Status) == 28  # SERVICE_STATUS: seven DWORDs


def test_it_is_no_service_where_there_is_no_manager():
    assert windows.run(lambda: None, lambda: None) is False
