"""Which product a command means when nobody names a folder."""

import subprocess
import sys
import tempfile
from dataclasses import replace

import pytest

from okibi.ops import registry, session
from okibi.ops.postgres import Server
from okibi.ops.settings_table import PACKAGE, TABLE


@pytest.fixture
def usual(tmp_path, monkeypatch):
    """The usual data folder of this copy of the code; nobody else's notes are seen."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("OKIBI_DATA", "DATABASE_URL", "OKIBI_PUBLIC_URL", "OKIBI_CONFIG"):
        monkeypatch.setenv(name, "")  # empty is not set
    monkeypatch.setitem(TABLE, "OKIBI_DATA", replace(TABLE["OKIBI_DATA"], default=str(tmp_path / "own")))
    return tmp_path / "own"


@pytest.fixture
def runs(tmp_path):
    """Another product runs on this machine, by this code or other code."""
    code = "import time; print(1, flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code, "okibi"], stdout=subprocess.PIPE)
    process.stdout.readline()  # from then on the system knows its arguments

    def announced(code):
        data = tmp_path / "other"
        data.mkdir()
        registry.announce(registry.Running(process.pid, str(data), "http://127.0.0.1:1", "", code=code))
        return data

    yield announced
    process.kill()
    process.communicate()


def test_the_only_product_of_this_code_is_meant_and_named(usual, runs, capsys):
    other = runs(str(PACKAGE))
    assert session.environment_of_running(None).data == other
    assert str(other) in capsys.readouterr().err


def test_one_of_an_older_version_is_meant_too(usual, runs):
    other = runs("")
    assert session.environment_of_running(None).data == other


def test_the_product_of_another_checkout_is_never_taken_unasked(usual, runs, capsys):
    other = runs("/elsewhere/src/okibi")
    with pytest.raises(session.OtherCheckoutError) as refused:
        session.environment_of_running(None)
    assert all(said in refused.value.sentence.en for said in (str(other), "/elsewhere/src/okibi", "--data"))
    assert session.environment_of_running(other).data == other


def test_ones_own_product_is_meant_though_it_is_idle_while_another_checkouts_runs(usual, runs):
    runs("/elsewhere/src/okibi")
    server = Server(usual)
    server.cluster.mkdir(parents=True)
    (server.cluster / "PG_VERSION").write_text("18")
    assert session.environment_of_running(None).data == usual
