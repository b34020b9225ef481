"""What ``okibi doctor`` says of messengers: which accounts there are, every mistake in their file. Contacts nobody."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from okibi.channels.messenger.accounts import Account, ChannelsFileError, load
from okibi.channels.messenger.kinds import shape_of
from okibi.kernel.sentence import Sentence
from okibi.ops.env import Environment
from okibi.ops.finding import Finding, State

SHORTEST = 16  # characters of a secret that somebody makes up


def guessable(shown: str, names: Iterable[str], secrets: Mapping[str, str]) -> Finding | None:
    """What is to be said of a secret that proves a push and can be guessed; None where all are long."""
    short = ", ".join(name for name in names if 0 < len(secrets.get(name, "")) < SHORTEST)
    if not short:
        return None
    ru = f"{short}: короче {SHORTEST} знаков, такой ключ можно подобрать у двери"
    en = f"{short}: shorter than {SHORTEST} characters, such a secret can be guessed at the door"
    return Finding(shown, State.NOTICE, Sentence(ru=ru, en=en))


def messengers(env: Environment) -> Iterator[Finding]:
    """One finding per account; none where there is no file and nobody named one."""
    path = Path(env.text("OKIBI_CHANNELS") or env.data / "channels.toml")
    try:
        accounts = load(path)
    except ChannelsFileError as error:
        for problem in error.problems:
            ru = f"{path}, строка {problem.line}, {problem.where}: {problem.sentence.ru}"
            en = f"{path}, line {problem.line}, {problem.where}: {problem.sentence.en}"
            yield Finding("messengers", State.WRONG, Sentence(ru=ru, en=en))
        return
    except (OSError, UnicodeDecodeError) as error:
        said = f"{path}: {type(error).__name__}"
        yield Finding("messengers", State.WRONG, Sentence(ru=said, en=said))
        return
    if env.is_set("OKIBI_CHANNELS") and not path.exists():
        yield Finding("OKIBI_CHANNELS", State.WRONG, Sentence(ru=f"файла {path} нет", en=f"there is no {path}"))
    for account in accounts:
        yield _account(account, env)


def _account(account: Account, env: Environment) -> Finding:
    shown = f"{account.kind}/{account.name}"
    number = f" {account.number}" if account.number else ""
    weak = guessable(shown, shape_of(account.kind).signed_by, account.secrets)
    if weak is not None:
        return weak
    if "polling" in account.flags:
        way = Sentence(ru="приём опросом", en="in by asking")
    elif all(account.secrets.get(secret) for secret in shape_of(account.kind).signed_by):
        public = env.text("OKIBI_PUBLIC_URL").rstrip("/")
        address = f"{public}/hooks/{account.kind}/{account.name}"
        if not public.startswith("https:"):
            return Finding(
                shown,
                State.NOTICE,
                Sentence(
                    ru=f"сервис не достучится до {address}: задайте OKIBI_PUBLIC_URL с https",
                    en=f"the service can't reach {address}: set OKIBI_PUBLIC_URL with https",
                ),
            )
        way = Sentence(ru=f"приём на {address}", en=f"in at {address}")
    else:
        secret = ", ".join(shape_of(account.kind).signed_by)
        return Finding(
            shown,
            State.WRONG,
            Sentence(
                ru=f"нет ни polling = true, ни {secret}: сообщения не придут",
                en=f"neither polling = true nor {secret}: no message will come",
            ),
        )
    return Finding(
        shown, State.OK, Sentence(ru=f"{account.title}{number}, {way.ru}", en=f"{account.title}{number}, {way.en}")
    )
