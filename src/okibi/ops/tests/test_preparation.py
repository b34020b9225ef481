"""A start takes in a changed policy file, and has nothing to prepare where nothing changed."""

from pathlib import Path

import pytest

from okibi.accounts.roles import Role
from okibi.accounts.services import create_staff
from okibi.journal.services import SYSTEM, Actor
from okibi.kernel.clock import now
from okibi.ops import preparation
from okibi.ops.env import Environment
from okibi.ops.paths import Paths
from okibi.ops.postgres import Server
from okibi.ops.prepare import take_in_policy
from okibi.ops.settings_table import load
from okibi.schemes import services

EXAMPLE = Path(__file__).resolve().parents[4] / "policies/example.toml"


@pytest.fixture
def policy(tmp_path: Path, settings, monkeypatch) -> Path:
    """The policy file of a product on a folder of its own."""
    file = tmp_path / "policy.toml"
    file.write_bytes(EXAMPLE.read_bytes())
    settings.OKIBI_POLICY = str(file)
    monkeypatch.setenv("OKIBI_POLICY", str(file))
    monkeypatch.setenv("OKIBI_DATA", str(tmp_path / "data"))
    return file


def environment() -> Environment:
    return load()


def change(policy: Path, words: str) -> None:
    policy.write_text(f"{policy.read_text(encoding='utf-8')}\n# {words}\n", encoding="utf-8")


def in_force() -> str:
    return services.in_force(now()).scheme.text


def test_a_changed_policy_file_is_something_to_prepare_and_nothing_else_is(policy, monkeypatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    env = environment()
    Server(env.data).home.mkdir(parents=True)
    Paths(env.data).static.mkdir(parents=True)
    (Paths(env.data).static / "staticfiles.json").write_text("{}")
    assert not preparation.is_done(env, demo=False)
    preparation.note_done(env, demo=False)
    assert preparation.is_done(env, demo=False)
    assert preparation.policy_taken_in(env)
    change(policy, "another text")
    assert not preparation.is_done(env, demo=False)
    assert not preparation.policy_taken_in(env)
    assert preparation.fits(env)  # mail that is piped in meanwhile prepares nothing


@pytest.mark.django_db
def test_a_start_takes_in_the_new_text_of_the_file(policy) -> None:
    take_in_policy(environment())
    change(policy, "of the second start")
    take_in_policy(environment())
    assert in_force().endswith("# of the second start\n")


@pytest.mark.django_db
def test_the_file_of_the_product_replaces_nothing_that_an_administrator_loaded(policy, monkeypatch) -> None:
    take_in_policy(environment())
    admin = create_staff("nina@example.org", "Nina Arsenyeva", [Role.ADMIN], SYSTEM, password="ryabina-na-opushke")
    services.load_text(f"{in_force()}\n# by hand\n", None, Actor("staff", admin.pk, admin.name))
    change(policy, "of a new version of the product")
    monkeypatch.delenv("OKIBI_POLICY")
    take_in_policy(environment())
    assert in_force().endswith("# by hand\n")
    monkeypatch.setenv("OKIBI_POLICY", str(policy))
    take_in_policy(environment())
    assert in_force().endswith("# of a new version of the product\n")
