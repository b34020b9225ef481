"""``okibi platform`` as people and build servers call it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from okibi.ops.cli import main

EXAMPLE = Path(__file__).resolve().parents[4] / "policies" / "example.toml"
ENOUGH = ["--ram-mb", "512", "--cpu-mhz", "1000"]
COMMANDS = {
    "a workstation that has everything": (
        ["--place", "workstation", "--dotnet", "4.5", *ENOUGH, "--disk-mb", "850", "--arch", "x86"],
        ["Windows Vista"],
        "met",
    ),
    "in free words": (["--place", "workstation"], ["Windows 10 x64, 8 ГБ ОЗУ, свободно 40 ГБ, 2.4 ГГц"], "met"),
    "several words without quotes": (["--place", "mobile"], ["Android", "8.1"], "met"),
    "too old a mobile device": (["--place", "mobile"], ["Android 7.1.2"], "unmet"),
    "a client system as a server": (["--place", "server"], ["Windows 10"], "unmet"),
    "not enough is known": (["--place", "workstation"], ["Win 7 x64"], "unknown"),
    "nothing is known": (["--place", "workstation"], [], "unknown"),
    "an unspecified 4.x": (
        ["--place", "workstation", "--dotnet", "v4.0.30319", *ENOUGH, "--disk-mb", "2048"],
        ["Windows 7"],
        "unknown",
    ),
}


@pytest.mark.parametrize(("options", "words", "status"), COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("words_first", [True, False], ids=["words first", "options first"])
def test_json(capsys, options, words, status, words_first):
    arguments = [*words, *options] if words_first else [*options, "--json", *words]
    assert main(["platform", *arguments, *(["--json"] if words_first else [])]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == status
    for line in answer["lines"]:
        assert {"subject", "status", "ground", "required", "seen", "ru", "en"} <= set(line)


def test_text_in_the_readers_language(capsys, monkeypatch):
    main(["platform", "--place", "mobile", "Android 7"])
    assert capsys.readouterr().out.startswith(
        "Не подходит\n− Операционная система не подходит: нужна система Android 8.0"
    )
    monkeypatch.setenv("OKIBI_LANG", "en")
    main(["platform", "--place", "mobile", "Android 7"])
    assert capsys.readouterr().out.startswith("Does not fit\n− The operating system does not fit: Android 8.0")


def test_another_policy_judges_by_its_own_rows(capsys):
    main(["platform", "--place", "workstation", "Windows Vista", "--json"])
    ours = json.loads(capsys.readouterr().out)["lines"][0]
    main(["platform", "--place", "workstation", "Windows Vista", "--json", "--policy", str(EXAMPLE)])
    theirs = json.loads(capsys.readouterr().out)["lines"][0]
    assert (ours["status"], theirs["status"]) == ("met", "unmet")


def test_a_policy_that_cannot_be_read_is_a_wrong_configuration(capsys, tmp_path):
    assert main(["platform", "--place", "mobile", "--policy", str(tmp_path / "none.toml")]) == 78
    assert "none.toml" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--ram-mb", "много"], ["--ram-mb", "-1"], ["--arch", "arm"], ["--place", "moon"]])
def test_misuse_is_told_at_once(wrong):
    with pytest.raises(SystemExit) as stopped:
        main(["platform", "--place", "mobile", *wrong])
    assert stopped.value.code == 2


def test_the_command_imports_no_django():
    code = (
        "import sys, okibi.ops.commands.platform; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
