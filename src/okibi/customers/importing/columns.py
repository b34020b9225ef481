"""The columns that a file may have, by kind, with their titles in Russian and in English."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from okibi.customers.keys import name_key
from okibi.kernel.sentence import Sentence as S  # noqa: N817  a table of sentences reads best so


class Kind(StrEnum):
    """What a file's lines are."""

    PEOPLE = "people"  # organisations, people, their addresses and numbers
    LICENCES = "licences"
    TRIALS = "trials"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in code, its titles, what may stand in it, an example, and other titles that are taken."""

    name: str
    title: S
    help: S
    example: str
    required: bool = False
    also: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """How a header cell reads that means this column."""
        return frozenset(map(name_key, (self.name, self.title.ru, self.title.en, *self.also)))


def _column(name: str, title: S, about: S, example: str, *also: str) -> Column:
    """``name`` with an exclamation mark: the column must be there."""
    return Column(name.rstrip("!"), title, about, example, name.endswith("!"), also)


ORGANISATION = _column(
    "organisation",
    S("Организация", "Organisation"),
    S("название; новая будет заведена", "its name; a new one will be created"),
    "ООО «Рябина»",
    "Компания",
    "Company",
    "Organization",
    "Клиент",
    "Customer",
)
INN = _column(
    "inn",
    S("ИНН", "INN"),
    S(
        "10 или 12 цифр; по нему организация узнаётся надёжнее, чем по названию",
        "taxpayer number, 10 or 12 digits; a surer way to know an organisation than its name",
    ),
    "7700000017",
    "Taxpayer number",
)
NOTE = _column(
    "note",
    S("Примечание", "Note"),
    S("любой текст", "any text"),
    "",
    "Комментарий",
    "Comment",
)
NUMBER = _column(
    "number!",
    S("Номер", "Number"),
    S("по нему строка узнаётся при повторной загрузке", "by it a line is known again"),
    "Л-2026-0418",
    "Номер лицензии",
    "Licence number",
    "License number",
    "Лицензия",
    "№",
)
HOLDER_EMAIL = _column(
    "email",
    S("E-mail держателя", "Holder's e-mail"),
    S(
        "если право у человека, а не у организации: адрес из его карточки",
        "where a person holds it, not an organisation: an address of their card",
    ),
    "",
    "E-mail",
    "Email",
    "Почта",
    "Человек",
    "Person",
)
BEGINS = _column(
    "valid_from!",
    S("Действует с", "Valid from"),
    S("дата: 01.03.2026 или 2026-03-01", "a date: 2026-03-01 or 01.03.2026"),
    "01.03.2026",
    "Начало",
    "С",
    "From",
    "Starts",
)
ENDS = _column(
    "valid_until",
    S("Действует по", "Valid until"),
    S("дата, этот день входит; пусто или «бессрочно» — без конца", "a date, included; empty or “perpetual”: no end"),
    "28.02.2027",
    "Окончание",
    "До",
    "По",
    "Until",
    "Expires",
)

COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.PEOPLE: (
        ORGANISATION,
        INN,
        _column(
            "name",
            S("Имя", "Name"),
            S(
                "имя и фамилия; пусто — строка заводит только организацию",
                "first and last name; empty: the line is about the organisation alone",
            ),
            "Анна Вольская",
            "ФИО",
            "Ф.И.О.",
            "Full name",
            "Контактное лицо",
            "Contact",
            "Пользователь",
            "User",
        ),
        _column(
            "position",
            S("Должность", "Position"),
            S("любой текст", "any text"),
            "бухгалтер",
            "Job title",
        ),
        _column(
            "emails",
            S("E-mail", "E-mail"),
            S("один или несколько адресов через запятую", "one or several addresses, by commas"),
            "anna@example.org",
            "Email",
            "Почта",
            "Электронная почта",
            "Адрес почты",
            "Mail",
            "E-mails",
            "Emails",
        ),
        _column(
            "mailing",
            S("Рассылка мобильной версии", "Mobile mailing"),
            S(
                "да или нет: флажок у всех адресов строки; пусто — как есть",
                "yes or no: the flag of all addresses of the line; empty: as it is",
            ),
            "да",
            "Mailing of the mobile version",
            "Рассылка",
        ),
        _column(
            "phones",
            S("Телефон", "Telephone"),
            S(
                "один или несколько через запятую; добавочный: «доб. 12»",
                "one or several, by commas; an extension as “ext. 12”",
            ),
            "+7 900 000-00-17",
            "Телефоны",
            "Phone",
            "Phones",
            "Мобильный",
            "Mobile",
        ),
        _column(
            "language",
            S("Язык", "Language"),
            S("ru или en", "ru or en"),
            "ru",
        ),
        NOTE,
    ),
    Kind.LICENCES: (
        NUMBER,
        ORGANISATION,
        INN,
        HOLDER_EMAIL,
        _column(
            "products!",
            S("Продукты", "Products"),
            S("один или несколько через запятую", "one or several, by commas"),
            "desktop, mobile",
            "Программы",
            "Программа",
            "Product",
            "Продукт",
        ),
        _column(
            "modules",
            S("Модули", "Modules"),
            S("через запятую", "by commas"),
            "sms-module",
            "Модуль",
            "Module",
        ),
        _column(
            "seats",
            S("Мест", "Seats"),
            S("число; пусто — одно", "a number; empty: one"),
            "12",
            "Рабочих мест",
            "Количество",
        ),
        BEGINS,
        ENDS,
        _column(
            "maintenance_until",
            S("Обновления по", "Maintenance until"),
            S("дата; пусто — не ограничено", "a date; empty: no end"),
            "",
            "Сопровождение до",
            "Maintenance",
        ),
        NOTE,
    ),
    Kind.TRIALS: (
        _column(
            "number",
            S("Номер", "Number"),
            S("пусто — присвоится сам", "empty: one will be given"),
            "",
            "Номер пробной версии",
            "№",
        ),
        ORGANISATION,
        INN,
        HOLDER_EMAIL,
        _column(
            "product!",
            S("Продукт", "Product"),
            S("один", "one"),
            "desktop",
            "Программа",
        ),
        _column(
            "source",
            S("Откуда", "Source"),
            S("«сайт» или «другое»; пусто — сайт", "“site” or “other”; empty: site"),
            "сайт",
            "Источник",
        ),
        BEGINS,
        _column(
            "valid_until!",
            S("Действует по", "Valid until"),
            S("дата, этот день входит", "a date, included"),
            "31.03.2026",
            "Окончание",
            "До",
            "По",
            "Until",
            "Expires",
        ),
        NOTE,
    ),
}


def column_of(kind: Kind, header: str) -> Column | None:
    """The column that a header cell names, or None. «E-mail *» and «e-mail» are one."""
    return among(COLUMNS[kind], header)


def among(columns: Sequence[Column], header: str) -> Column | None:
    """The one of these columns that a header cell names, or None."""
    key = name_key(header)
    return next((column for column in columns if key and key in column.keys), None)
