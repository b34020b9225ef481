"""What can be wrong with keys and signed metadata."""

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence


class TrustError(InputError):
    """A key or a metadata file does not fit; nothing was changed."""

    code = "trust"


NO_TRUST = Sentence(
    "Ключей выпуска ещё нет: начните с okibi release keys init.",
    "There are no release keys yet: begin with okibi release keys init.",
)


def key_wanted(product: str) -> TrustError:
    """No key that may sign this product's files was given or is kept."""
    return TrustError(
        Sentence(
            f"Нужен ключ продукта «{product}»: okibi release publish … --key ФАЙЛ "
            "(или оставьте ключ серверу: okibi release keys keep).",
            f"The key of the product “{product}” is needed: okibi release publish … --key FILE "
            "(or let the server keep it: okibi release keys keep).",
        )
    )


def not_delegated(product: str) -> TrustError:
    """The targets role has named no key for this product."""
    return TrustError(
        Sentence(
            f"Продукту «{product}» не назначен ключ: okibi release keys add {product} КЛЮЧ.pub.",
            f"The product “{product}” has no key yet: okibi release keys add {product} KEY.pub.",
        )
    )


def same_names(name: str) -> TrustError:
    """Two files of one release can't be told apart by their place in the repository."""
    return TrustError(
        Sentence(f"В версии два файла с именем {name}.", f"The version has two files of the name {name}.")
    )


def not_a_key(place: str) -> TrustError:
    """The file is no key, or the passphrase is not its."""
    return TrustError(
        Sentence(
            f"{place}: это не ключ, или пароль к нему не подходит.",
            f"{place}: not a key, or its passphrase does not fit.",
        )
    )


def not_metadata(place: str) -> TrustError:
    """The file is no metadata of The Update Framework."""
    return TrustError(Sentence(f"{place}: это не файл метаданных TUF.", f"{place}: not a metadata file of TUF."))


def there_already(place: str) -> TrustError:
    """A key is never written over another one."""
    return TrustError(Sentence(f"{place}: такой файл уже есть.", f"{place}: the file is there already."))


def unsigned(role: str, have: int, need: int) -> TrustError:
    """Too few of the keys that count have signed."""
    return TrustError(
        Sentence(
            f"{role}: подписей, которые считаются, {have}, а нужно {need}.",
            f"{role}: {have} of the signatures that count, {need} are needed.",
        )
    )


def wrong_version(role: str, given: int, wanted: int) -> TrustError:
    """A version number would be jumped over or used twice."""
    return TrustError(
        Sentence(
            f"{role}: это версия {given}, а следующая — {wanted}. Подготовьте файл заново.",
            f"{role}: this is version {given}, and the next one is {wanted}. Prepare the file anew.",
        )
    )


def expired(role: str) -> TrustError:
    """The draft lay too long."""
    return TrustError(Sentence(f"{role}: срок файла истёк.", f"{role}: the file has expired."))
