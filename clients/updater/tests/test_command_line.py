"""At a terminal: set up, enrol, look whether all is ready, consent, see what goes on; how it starts with the system."""

import json
import stat

import pytest

from clients.sdk.tests.fake_server import CODE, LICENCE, serve
from clients.sdk.tests.fake_server import TOKEN as DEVICE
from clients.sdk.tests.fake_server import Desk as Api
from clients.updater.tests.hosts import NEW
from okibi_updater.cli.main import main
from tests.simulators.ddi import Repository


@pytest.fixture
def typed(host, capsys, monkeypatch):
    monkeypatch.setenv("OKIBI_LANG", "en")
    monkeypatch.setenv("OKIBI_UPDATER_SETTINGS", str(host.settings_file))

    def run(*words):
        code = main(words)
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_the_first_set_up(host, typed, tmp_path):
    root = tmp_path / "1.root.json"
    root.write_bytes(host.desk.repository.root)
    code, said = typed("init", "--root", str(root), "--server", host.desk.address)
    assert code == 0
    assert len(said.split()[-1]) == 64
    assert stat.S_IMODE((host.home / "wake.pem").stat().st_mode) == 0o600
    assert typed("init", "--root", str(root))[0] == 0
    root.write_bytes(Repository().root)
    code, said = typed("init", "--root", str(root))
    assert (code, "another root" in said) == (1, True)
    assert typed("init", "--root", str(root), "--replace")[0] == 0
    assert "There is no product" in typed("check")[1]


@pytest.mark.parametrize("said", ["no root at all", '{"signed": 1}', "another role", "not signed"])
def test_what_is_no_root_is_not_trusted(host, typed, tmp_path, said):
    content = said
    if said == "another role":
        content = host.desk.repository.files["1.targets.json"].decode()
    elif said == "not signed":
        content = json.dumps({**json.loads(host.desk.repository.root), "signatures": []})
    (tmp_path / "root").write_text(content)
    code, _ = typed("init", "--root", str(tmp_path / "root"), "--server", host.desk.address)
    assert code == 1
    assert not (host.home / "root.json").exists()


def test_enrolling_with_the_code_of_the_letter(host, typed):
    host.set_up()
    with serve(Api()) as address:
        text = host.settings_file.read_text()
        host.settings_file.write_text(text.replace(host.desk.address, address))
        code, said = typed("enrol", "--licence", LICENCE, "--email", "anna@example.org", "--code", CODE)
    assert (code, "Enrolled" in said) == (0, True)
    assert (host.home / "token").read_text() == DEVICE
    assert stat.S_IMODE((host.home / "token").stat().st_mode) == 0o600


def test_looking_whether_all_is_ready(host, typed):
    host.set_up(more='[products.desktop.health]\ncommand = ["true"]')
    code, said = typed("check")
    assert (code, [line for line in said.splitlines() if line.startswith("!")]) == (0, [])
    host.set_up(more='start = ["/no/such/program"]')
    code, said = typed("--json", "check")
    found = {each["what"]: each["well"] for each in json.loads(said)}
    assert code == 1
    assert {what for what, well in found.items() if not well} == {"products.desktop.start", "products.desktop.health"}
    (host.home / "root.json").unlink()
    assert "! trust" in typed("check")[1]


def test_consent_from_the_terminal(host, typed):
    host.set_up().desk.offer("7", "2.0", update="attempt")
    assert typed("confirm")[0] == 1
    assert typed("once")[0] == 0
    assert "7  desktop 1.0 → 2.0: waits for consent" in typed("status")[1]
    assert typed("confirm") == (0, "Consent to the update 7 is written down.\n")
    assert typed("once")[0] == 0
    assert host.tree() == NEW
    told = json.loads(typed("--json", "status")[1])
    assert (told["installed"], told["unsent"], told["running"]) == ({"desktop": "2.0"}, 0, False)
    assert [each["state"] for each in told["runs"]] == ["succeeded"]
    assert "desktop 1.0 → 2.0: installed" in typed("status")[1]


def test_what_goes_wrong_is_a_sentence_and_a_code(host, typed):
    assert typed("status")[0] == 1
    host.set_up()
    host.desk.status = 503
    code, said = typed("--json", "once")
    assert (code, json.loads(said.splitlines()[0])["error"]["code"]) == (3, "offline")
    host.desk.status = 0
    (host.home / "token").unlink()
    assert typed("once")[0] == 5


def test_how_it_starts_with_the_system(host, typed):
    host.set_up()
    unit = typed("service", "print")[1]
    assert f'--settings "{host.settings_file}" run' in unit
    assert "TimeoutStopSec=1860" in unit
    assert "New-Service -Name okibi-updater" in typed("service", "print", "--windows")[1]
    code, said = typed("service", "run")
    assert (code, "service manager of Windows" in said) == (1, True)
