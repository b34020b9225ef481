"""What ``okibi doctor`` says of exchanges: which there are, every mistake in their file. Contacts nobody."""

from collections.abc import Iterator
from pathlib import Path

from okibi.channels.telephone.accounts import Exchange, TelephoneFileError, load
from okibi.channels.telephone.kinds import shape_of
from okibi.kernel.sentence import Sentence
from okibi.ops.diagnosis_channels import guessable
from okibi.ops.env import Environment
from okibi.ops.finding import Finding, State


def telephone(env: Environment) -> Iterator[Finding]:
    """One finding per exchange; none where there is no file and nobody named one."""
    path = Path(env.text("OKIBI_TELEPHONE") or env.data / "telephone.toml")
    try:
        exchanges = load(path)
    except TelephoneFileError as error:
        for problem in error.problems:
            ru = f"{path}, строка {problem.line}, {problem.where}: {problem.sentence.ru}"
            en = f"{path}, line {problem.line}, {problem.where}: {problem.sentence.en}"
            yield Finding("telephone", State.WRONG, Sentence(ru=ru, en=en))
        return
    except (OSError, UnicodeDecodeError) as error:
        said = f"{path}: {type(error).__name__}"
        yield Finding("telephone", State.WRONG, Sentence(ru=said, en=said))
        return
    if env.is_set("OKIBI_TELEPHONE") and not path.exists():
        yield Finding("OKIBI_TELEPHONE", State.WRONG, Sentence(ru=f"файла {path} нет", en=f"there is no {path}"))
    for exchange in exchanges:
        yield _exchange(exchange, env)


def _exchange(exchange: Exchange, env: Environment) -> Finding:
    shown = f"{exchange.kind}/{exchange.name}"
    public = env.text("OKIBI_PUBLIC_URL").rstrip("/")
    address = f"{public}/hooks/{exchange.kind}/{exchange.name}"
    if not public.startswith("https:"):
        return Finding(
            shown,
            State.NOTICE,
            Sentence(
                ru=f"АТС не достучится до {address}: задайте OKIBI_PUBLIC_URL с https",
                en=f"the exchange can't reach {address}: set OKIBI_PUBLIC_URL with https",
            ),
        )
    weak = guessable(shown, shape_of(exchange.kind).chosen, exchange.secrets)
    if weak is not None:
        return weak
    if not exchange.seats:
        return Finding(
            shown,
            State.NOTICE,
            Sentence(
                ru=f"{exchange.title}, приём на {address}; нет [[exchange.seat]]: кто говорил, видно только по номеру",
                en=f"{exchange.title}, in at {address}; no [[exchange.seat]]: who spoke is known by extension only",
            ),
        )
    return Finding(
        shown,
        State.OK,
        Sentence(
            ru=f"{exchange.title}, приём на {address}, телефонов сотрудников: {len(exchange.seats)}",
            en=f"{exchange.title}, in at {address}, telephones of staff: {len(exchange.seats)}",
        ),
    )
