"""What can be wrong with a customer's data, each with a stable code and a remedy in both languages."""

from datetime import date
from typing import ClassVar

from okibi.kernel.errors import ConflictError, InputError, NotAllowedError
from okibi.kernel.sentence import Sentence


class FieldError(InputError):
    """Something given for one field can't be taken; ``field`` is its name in the service's arguments."""

    code: ClassVar[str] = "customers.field"

    def __init__(self, field: str, sentence: Sentence) -> None:
        super().__init__(sentence, field=field)
        self.field = field


class BadAddressError(FieldError):
    """Not an e-mail address."""

    code: ClassVar[str] = "customers.address"

    def __init__(self, address: str) -> None:
        super().__init__(
            "address",
            Sentence(
                ru=f"«{address}» не похоже на адрес почты. Нужен адрес вида name@example.org.",
                en=f"“{address}” does not look like an e-mail address. It should read like name@example.org.",
            ),
        )


class BadPhoneError(FieldError):
    """Not a telephone number."""

    code: ClassVar[str] = "customers.phone"

    def __init__(self, number: str) -> None:
        super().__init__(
            "phone",
            Sentence(
                ru=f"«{number}» не похоже на телефон. Напишите его с кодом, например +7 900 000-00-17.",
                en=f"“{number}” does not look like a telephone number. Write it with its code, as +7 900 000-00-17.",
            ),
        )


class BadInnError(FieldError):
    """Not a taxpayer number."""

    code: ClassVar[str] = "customers.inn"

    def __init__(self, inn: str) -> None:
        super().__init__(
            "inn",
            Sentence(
                ru=f"ИНН «{inn}»: нужно 10 цифр у организации или 12 у предпринимателя.",
                en=f"Taxpayer number “{inn}”: it has 10 digits for an organisation or 12 for a sole trader.",
            ),
        )


class MissingError(FieldError):
    """A field that must be filled is empty."""

    code: ClassVar[str] = "customers.missing"

    def __init__(self, field: str, what: Sentence) -> None:
        super().__init__(field, Sentence(ru=f"Не заполнено: {what.ru}.", en=f"Not filled in: {what.en}."))


class AddressTakenError(ConflictError):
    """The address stands in another card: the two cards may be one person (merge them)."""

    code: ClassVar[str] = "customers.address_taken"

    def __init__(self, address: str, person_id: int, person_name: str) -> None:
        super().__init__(
            Sentence(
                ru=f"Адрес {address} уже в карточке «{person_name}». Если это один человек, объедините карточки.",
                en=f"{address} stands in the card of {person_name}. If they are one person, merge the cards.",
            ),
            person_id=person_id,
        )
        self.field = "address"
        self.person_id = person_id


class InnTakenError(ConflictError):
    """Another organisation has this taxpayer number."""

    code: ClassVar[str] = "customers.inn_taken"

    def __init__(self, inn: str, organisation_id: int, name: str) -> None:
        super().__init__(
            Sentence(ru=f"ИНН {inn} уже у организации «{name}».", en=f"The taxpayer number {inn} belongs to {name}."),
            organisation_id=organisation_id,
        )
        self.field = "inn"


class NumberTakenError(ConflictError):
    """Another licence or trial has this number."""

    code: ClassVar[str] = "customers.number_taken"

    def __init__(self, number: str) -> None:
        super().__init__(Sentence(ru=f"Номер {number} уже занят.", en=f"The number {number} is taken."))
        self.field = "number"


class BadDatesError(FieldError):
    """The span of dates is impossible for what was asked."""

    code: ClassVar[str] = "customers.dates"


class RevokedError(ConflictError):
    """The licence or trial was revoked: make a new one instead."""

    code: ClassVar[str] = "customers.revoked"

    def __init__(self, number: str, on: date) -> None:
        super().__init__(
            Sentence(
                ru=f"{number} отозвана {on:%d.%m.%Y}; отозванную нельзя изменить. Заведите новую.",
                en=f"{number} was revoked on {on:%Y-%m-%d}; what is revoked can't be changed. Create a new one.",
            )
        )


class MergedCardError(ConflictError):
    """The card was merged into another one: act on that one (``keep_id``)."""

    code: ClassVar[str] = "customers.merged"

    def __init__(self, name: str, keep_id: int) -> None:
        super().__init__(
            Sentence(
                ru=f"Карточка «{name}» объединена с другой; изменения вносят в той.",
                en=f"The card of {name} was merged into another one; make the change there.",
            ),
            keep_id=keep_id,
        )
        self.keep_id = keep_id


class SameCardError(InputError):
    """A card can't be merged with itself."""

    code: ClassVar[str] = "customers.same_card"

    def __init__(self) -> None:
        super().__init__(
            Sentence(ru="Это одна и та же карточка: выберите две разные.", en="This is one card: choose two.")
        )


class NotFoundError(NotAllowedError):
    """No such organisation, person, licence or trial."""

    code: ClassVar[str] = "customers.not_found"

    def __init__(self) -> None:
        super().__init__(Sentence(ru="Такой записи нет.", en="There is no such record."))


class ImportFileError(InputError):
    """The whole file can't be read: wrong kind, too large, no known columns."""

    code: ClassVar[str] = "customers.import_file"


class ImportChangedError(ConflictError):
    """What the import would do is not any more what the dry run showed."""

    code: ClassVar[str] = "customers.import_changed"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Пока вы смотрели, данные изменились. Ничего не загружено; вот новый разбор, проверьте его.",
                en="The data changed while you were looking. Nothing was imported; please check this new reading.",
            )
        )
