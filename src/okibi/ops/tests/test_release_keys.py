"""``okibi release keys``: the ceremony as it is typed, keys on other machines, loss and change of keys."""

import pytest

from okibi.kernel.errors import ConflictError, InputError
from okibi.ops import key_ceremony, key_files, releasing
from okibi.ops.commands.arguments import Parser
from okibi.ops.commands.release import register
from okibi.releases.samples.portable import Exe
from okibi.releases.trust.errors import TrustError
from okibi.releases.trust.repository import ReleaseRepository


@pytest.fixture
def okibi(db, capsys, settings, tmp_path, monkeypatch):
    settings.OKIBI_FILES = str(tmp_path / "files")
    settings.OKIBI_DATA = str(tmp_path / "data")
    monkeypatch.setenv("OKIBI_KEY_PASSPHRASE", "верный пароль")
    monkeypatch.chdir(tmp_path)
    parser = Parser(prog="okibi")
    register(parser.add_subparsers())

    def run(line):
        args = parser.parse_args(["release", *line.split()])
        act = getattr(args, "keys_act", "")
        if act in ("new", "show", "sign"):
            code = key_files.run(args)
        else:
            code = key_ceremony.run(args, tmp_path / "data") if act else releasing.run(args)
        printed = capsys.readouterr()
        run.complained = printed.err
        return code, printed.out

    return run


@pytest.fixture
def at_one_desk(okibi):
    """The ceremony held in one place: every key is at hand."""
    okibi("keys new root-1 root-2 root-3 targets desktop")
    init = "keys init --root root-1.pub root-2.pub root-3.pub --targets targets.pub"
    assert okibi(f"{init} --key root-1 --key root-2 --key targets")[0] == 0
    assert okibi("keys add desktop desktop.pub --key targets --key desktop")[0] == 0
    return okibi


@pytest.fixture
def setup(tmp_path):
    (tmp_path / "Setup.exe").write_bytes(Exe(padding=300_000).made())
    (tmp_path / "notes").write_text("Исправлена печать.", encoding="utf-8")


def test_keys_stay_encrypted_on_people_s_machines(okibi, tmp_path, monkeypatch):
    okibi("keys new root-1")
    text = (tmp_path / "root-1").read_text()
    assert "ENCRYPTED" in text
    assert (tmp_path / "root-1").stat().st_mode & 0o777 == 0o600
    with pytest.raises(TrustError, match="there already"):
        okibi("keys new root-1")
    monkeypatch.setenv("OKIBI_KEY_PASSPHRASE", "чужой пароль")
    (tmp_path / "1.root.json").write_text("{}")
    with pytest.raises(TrustError):
        okibi("keys sign 1.root.json --key root-1")


def test_the_ceremony_is_held_on_several_machines(okibi):
    okibi("keys new root-1 root-2 root-3 targets")
    init = "keys init --root root-1.pub root-2.pub root-3.pub --targets targets.pub --out carried"
    code, said = okibi(init)
    assert (code, "0/2" in said) == (1, True)
    okibi("keys sign carried/1.root.json --key root-1")
    with pytest.raises(TrustError, match="root: 1 of the signatures that count, 2 are needed"):
        okibi("keys install carried/1.root.json carried/1.targets.json")
    _, said = okibi("keys sign carried/1.root.json --key root-3")
    assert "root: 2/3" in said
    okibi("keys sign carried/1.targets.json --key targets")
    assert okibi("keys install carried/1.root.json carried/1.targets.json")[0] == 0
    code, said = okibi("keys status")
    assert (code, said.count("*")) == (0, 3)  # the two online keys, and what the star means
    with pytest.raises(ConflictError):
        okibi(init)


def test_a_version_is_published_with_a_key_given_for_it(at_one_desk, setup):
    okibi = at_one_desk
    okibi("draft desktop 4.2.0 --notes-ru notes")
    okibi("add desktop 4.2.0 Setup.exe")
    with pytest.raises(TrustError, match="--key"):
        okibi("publish desktop 4.2.0")
    assert okibi("publish desktop 4.2.0 --key desktop")[0] == 0
    assert okibi("halt desktop 4.2.0 --reason плохо")[0] == 0
    assert "refresh desktop" in okibi("keys status")[1]
    assert okibi("keys refresh desktop --key desktop")[0] == 0
    assert "refresh" not in okibi("keys status")[1]
    assert okibi("resume desktop 4.2.0 --key desktop")[0] == 0
    assert list(ReleaseRepository().targets("desktop").targets) == ["desktop/4.2.0/Setup.exe"]


def test_a_version_from_before_the_keys_is_signed_when_it_is_published_once_more(okibi, setup):
    okibi("draft desktop 4.2.0 --notes-ru notes")
    okibi("add desktop 4.2.0 Setup.exe")
    assert okibi("publish desktop 4.2.0")[0] == 0
    okibi("keys new root-1 root-2 targets desktop")
    okibi("keys init --root root-1.pub root-2.pub --targets targets.pub --key root-1 --key root-2 --key targets")
    okibi("keys add desktop desktop.pub --key targets --key desktop")
    assert "! 4.2.0: okibi release publish desktop 4.2.0" in okibi("keys status")[1]
    with pytest.raises(TrustError, match="--key"):
        okibi("publish desktop 4.2.0")
    for _ in range(2):  # what is so already is no error
        assert okibi("publish desktop 4.2.0 --key desktop")[0] == 0
    assert list(ReleaseRepository().targets("desktop").targets) == ["desktop/4.2.0/Setup.exe"]
    assert ReleaseRepository().targets("desktop").version == 2
    assert "!" not in okibi("keys status")[1]


def test_a_server_that_keeps_the_key_publishes_alone(at_one_desk, setup):
    okibi = at_one_desk
    _, said = okibi("keys keep --key desktop")
    okibi("draft desktop 4.2.0 --notes-ru notes")
    okibi("add desktop 4.2.0 Setup.exe")
    assert okibi("publish desktop 4.2.0")[0] == 0
    assert okibi(f"keys forget {said.strip()}")[0] == 0
    with pytest.raises(InputError):
        okibi(f"keys forget {said.strip()}")


def test_a_lost_root_key_is_changed_by_the_others(at_one_desk):
    okibi = at_one_desk
    okibi("keys new root-4")
    lost = next(line for line in okibi("keys status")[1].splitlines() if line.startswith("root")).split()[-1]
    code, said = okibi(f"keys rotate root --add root-4.pub --remove {lost} --key root-1 --out carried")
    assert (code, "1/2" in said) == (1, True)
    okibi("keys sign carried/2.root.json --key root-2")
    assert okibi("keys install carried/2.root.json")[0] == 0
    assert lost not in okibi("keys status")[1]


def test_online_keys_change_and_roles_go_on_for_a_year(at_one_desk):
    okibi = at_one_desk
    for line in ("rotate timestamp", "rotate snapshot", "rotate root"):
        assert okibi(f"keys {line} --key root-1 --key root-2")[0] == 0
    assert okibi("keys rotate targets --key root-1 --key root-2 --key targets")[0] == 0
    assert okibi("keys rotate desktop --key targets --key desktop")[0] == 0
    assert ReleaseRepository().root().version == 5


def test_rings_are_kept_by_number(okibi):
    okibi("ring pilot 26-000001 26-000002")
    assert "26-000001: нет такой лицензии" in okibi.complained  # a slip shows at once
    assert okibi("ring internal 26-000002")[1].split() == ["internal", "26-000002"]
    okibi("ring everybody 26-000002")
    assert okibi("ring")[1].split() == ["pilot", "26-000001"]


def test_the_appcast_key_is_made_once(okibi):
    assert okibi("keys appcast") == okibi("keys appcast")
