"""The work of ``okibi prepare``: migrations, the cache's table, static files, the demo or the first set-up link."""

import contextlib
import io
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection

from okibi.accounts.services import setup_link
from okibi.flows.demo import load
from okibi.kernel.errors import ConflictError
from okibi.kernel.sentence import Sentence
from okibi.ops import preparation
from okibi.ops.env import Environment
from okibi.ops.paths import Paths
from okibi.schemes import services as schemes

LOCK = 0x6F6B_6962_6901  # "okibi" and a number: one process at a time prepares a database


def prepare(env: Environment, *, demo: bool) -> None:
    """Everything, under a lock of the database; prints the set-up link while there is no member of staff."""
    migrate()
    take_in_policy(env)
    call_command("collectstatic", interactive=False, verbosity=0)
    if demo and not has_staff():
        load_demo(Paths(env.data))
    if has_staff():
        preparation.note_done(env, demo=demo)
    else:
        print(f"first administrator: {first_link()}", flush=True)


def migrate() -> None:
    """Bring the tables to this version; one process at a time."""
    with _alone():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)


def take_in_policy(env: Environment) -> None:
    """The policy file, where its text is new. One that merely came with the product replaces nothing that an
    administrator loaded in the console. Raises PolicyError for a wrong file.
    """
    if env.is_set("OKIBI_POLICY") or not schemes.was_changed_by_staff():
        schemes.ensure_loaded()


def first_link() -> str:
    """A one-time address at which the first administrator is made. Raises ConflictError where there is staff."""
    link = setup_link(settings.OKIBI_PUBLIC_URL)
    if link is None:
        raise ConflictError(
            Sentence(
                ru="сотрудники уже есть: пригласите администратора в консоли или выполните okibi admin create",
                en="there is staff already: invite an administrator in the console, or run okibi admin create",
            )
        )
    return link


def has_staff() -> bool:
    """Whether anybody can sign in."""
    return bool(get_user_model()._default_manager.exists())  # noqa: SLF001  Django's documented name


def load_demo(paths: Paths) -> str:
    """Load the demo into an empty database; gives what it says about its accounts. Raises ConflictError."""
    if has_staff():
        raise ConflictError(
            Sentence(
                ru="база не пуста: демонстрационные данные загружаются только в пустую",
                en="the database is not empty: the demo is loaded only into an empty one",
            )
        )
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        load()
    paths.demo_accounts.touch(mode=0o600)
    paths.demo_accounts.write_text(said.getvalue(), encoding="utf-8")
    return said.getvalue()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold the database's lock; it ends with the connection, however we end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
