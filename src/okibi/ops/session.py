"""What a command needs before it can touch the database: settings, folder, secrets, a server, Django."""

import argparse
import contextlib
import gc
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import django

from okibi.kernel.errors import ConfigurationError
from okibi.kernel.sentence import Sentence
from okibi.ops import registry
from okibi.ops.catalogues import compile_newer
from okibi.ops.commands.arguments import say
from okibi.ops.commands.language import complain
from okibi.ops.env import Environment
from okibi.ops.paths import Paths
from okibi.ops.postgres import Server
from okibi.ops.settings_table import PACKAGE, load

SETTINGS = "okibi.config.settings"


class OtherCheckoutError(ConfigurationError):
    """The only product that runs is of another copy of the code, and nobody named it."""

    code = "other_checkout"


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    """``--data DIR``: the same as OKIBI_DATA."""
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help=say("папка данных (OKIBI_DATA)", "data folder (OKIBI_DATA)")
    )


def environment(data: Path | None) -> Environment:
    """The settings, for the folder that was asked for. Raises SettingsError."""
    if data is not None:
        os.environ["OKIBI_DATA"] = str(data.expanduser().absolute())
    return load()


def environment_of_running(data: Path | None) -> Environment:
    """The settings of the product that runs: where nobody names a folder and the usual one is idle, the only one.

    That one is told on standard error. One that other code runs (a second checkout) is never taken unasked. Raises
    OtherCheckoutError where there is such a one, and the usual folder holds no product.
    """
    env = environment(data)
    told = data is not None or env.is_set("OKIBI_DATA") or env.is_set("DATABASE_URL")
    if not told and registry.of(env.data) is None and (running := registry.only()):
        env = _taken_over(env, running)
    known = registry.of(env.data)
    if known is not None and not env.is_set("OKIBI_PUBLIC_URL"):
        os.environ["OKIBI_PUBLIC_URL"] = known.url  # letters written by a command link to where the product answers
        env = load()
    return env


def _taken_over(env: Environment, running: registry.Running) -> Environment:
    if running.code in {"", str(PACKAGE)}:
        complain(Sentence(ru=f"okibi: продукт в папке {running.data}", en=f"okibi: the product in {running.data}"))
        return environment(Path(running.data))
    if Server(env.data).exists:
        return env
    raise OtherCheckoutError(
        Sentence(
            ru=f"какой продукт? Работает один, из другой копии кода ({running.code}), в папке {running.data}; "
            "если нужен он, назовите папку (--data)",
            en=f"which product? One runs, of another copy of the code ({running.code}), in {running.data}; "
            "if it is meant, name the folder (--data)",
        )
    )


def has_product(env: Environment) -> bool:
    """Whether there is one: in the folder, or in a database of one's own."""
    return env.is_set("DATABASE_URL") or Server(env.data).exists


def require_product(env: Environment) -> None:
    """A slip in the folder's name must not make an empty product there. Raises ConfigurationError."""
    if has_product(env):
        return
    raise ConfigurationError(
        Sentence(
            ru=f"в папке {env.data} продукта ещё нет; запустите okibi up или назовите его папку (--data)",
            en=f"there is no product in {env.data} yet; run okibi up, or name its folder (--data)",
        )
    )


def make_place(env: Environment) -> Paths:
    """The data folder with its secrets; the catalogues compiled."""
    paths = Paths(env.data)
    paths.make()
    with contextlib.suppress(OSError):  # an installation that is not ours to write has them compiled already
        compile_newer(PACKAGE)
    return paths


@contextlib.contextmanager
def database(env: Environment) -> Iterator[None]:
    """A database for the length of a command: that of DATABASE_URL, the running private one, or one started for it."""
    make_place(env)
    if env.is_set("DATABASE_URL"):
        yield
        return
    with Server(env.data).running():
        yield


def start_django() -> None:
    """Load the rooms. Call it when the private server has been made: settings read its address."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    gc.disable()  # a start keeps what it makes: looking for garbage took a tenth of it
    try:
        django.setup()
    finally:
        gc.enable()
