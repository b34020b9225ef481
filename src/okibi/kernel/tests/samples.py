"""Invented people and one invented ticket: what the sample pages show."""

# ruff: noqa: E501  tables are read in rows

from datetime import UTC, datetime, timedelta

from django import forms

NOW = datetime(2026, 11, 20, 14, 12, tzinfo=UTC)  # Friday 17:12 in Moscow


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A Moscow clock time in November 2026, kept in UTC."""
    return datetime(2026, 11, day, hour - 3, minute, tzinfo=UTC)


class AskForm(forms.Form):
    """Every kind of field that the pages use."""

    name = forms.CharField(label="Как к вам обращаться", help_text="Имя и отчество, если так привычнее")
    email = forms.EmailField(label="Почта для ответа")
    place = forms.ChoiceField(
        label="Где случилось", choices=[("w", "Рабочее место"), ("s", "Сервер"), ("m", "Телефон")]
    )
    text = forms.CharField(label="Что случилось", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    mailing = forms.BooleanField(
        label="Присылать новые мобильные версии", required=False, help_text="Можно отключить в любой момент"
    )
    kind = forms.ChoiceField(
        label="Класс", widget=forms.RadioSelect, choices=[("i", "Сбой"), ("q", "Вопрос"), ("s", "Предложение")]
    )


VERDICTS = [
    {
        "status": "met",
        "text": "Право есть: лицензия Л-2026-0418",
        "short": "Право есть",
        "detail": "ООО «Рябина», 12 мест, до 31 декабря 2026",
    },
    {"status": "met", "text": "Среда подходит", "detail": "Windows 7 SP1 x64 · .NET 4.8 · 8 ГБ · свободно 41 ГБ"},
    {
        "status": "unknown",
        "text": "Модуль СМС: неизвестно",
        "short": "СМС неизвестно",
        "detail": "шлюз ещё не выходил на связь",
    },
]
STEPS = [
    {
        "text": {"ru": "Заявка принята в пятницу 20 ноября, 12:41", "en": "Placed on Friday 20 November, 12:41"},
        "rule": "",
    },
    {
        "text": {"ru": "Срок считается со следующего дня", "en": "The term begins the next day"},
        "rule": {"ru": "ГК, ст. 191", "en": "Civil Code, art. 191"},
    },
    {"text": {"ru": "21 и 22 ноября — выходные", "en": "21 and 22 November are days off"}, "rule": ""},
    {"text": {"ru": "2 рабочих дня: 23 и 24 ноября", "en": "2 working days: 23 and 24 November"}, "rule": ""},
    {
        "text": {"ru": "Конец — закрытие, 20:00", "en": "The end is closing time, 20:00"},
        "rule": {"ru": "ГК, ст. 194", "en": "Civil Code, art. 194"},
    },
]
CLOCK = {
    "started_at": at(20, 12, 41), "aim_at": at(20, 14, 41), "due_at": at(24, 20), "state": "running",
    "remaining": timedelta(hours=26, minutes=48), "gone": 38, "aim": 46, "pauses": [], "steps": STEPS,
}  # fmt: skip
LATE = {
    **CLOCK,
    "state": "late",
    "remaining": -timedelta(hours=1, minutes=5),
    "gone": 100,
    "aim": 40,
    "due_at": at(20, 16),
    "steps": [],
}
STILL = {
    **CLOCK,
    "state": "still",
    "note": "Срок стоит: ждём заявителя с 13:05",
    "pauses": [{"x": 20, "width": 12}],
    "steps": [],
}
DONE = {
    **CLOCK,
    "state": "done",
    "note": "Реакция через 39 мин рабочего времени, срок выполнен",
    "gone": 22,
    "steps": [],
}

FILES = [
    {"name": "ошибка.png", "size": 86_016, "url": "/static/okibi/mark.svg", "kind": "image"},
    {"name": "okibi.log", "size": 1_258_291, "url": "#log", "kind": "text"},
]
MESSAGE = {
    "id": "m1", "direction": "in", "author": "Анна Вольская", "channel": "e-mail", "at": at(20, 12, 41), "files": FILES,
    "text": "Добрый день! После вчерашнего обновления при печати счёта появляется «Ошибка E-17», печать не идёт ни на один принтер. Счета нужны сегодня до вечера.",
    "quoted": "С уважением,\nАнна Вольская\nООО «Рябина»\n+7 900 000-00-17",
}  # fmt: skip
NOTE = {
    "id": "n1",
    "author": "Олег Лесин",
    "at": at(20, 13, 5),
    "text": "Похоже на 26-000987: драйвер по умолчанию теряется после 4.2.1. @Вера, проверь на стенде.",
}
ANSWER = {
    "id": "m2", "direction": "out", "author": "Олег Лесин", "channel": "e-mail", "at": at(20, 13, 20), "state": "доставлено",
    "text": "Анна, здравствуйте. Откройте «Настройки → Печать» и заново выберите принтер по умолчанию: счета напечатаются сразу. Причину уберём в версии 4.3.0, она придёт вам сама.",
}  # fmt: skip
BOUNCED = {
    **ANSWER,
    "id": "m3",
    "state": "не доставлено",
    "warning": "Сервер anna@example.org не принял письмо: ящик переполнен. Адрес помечен.",
}


def row(number, icon, channel, subject, who, **due):
    return {
        "number": number,
        "icon": icon,
        "channel": channel,
        "subject": subject,
        "who": who,
        "url": f"#{number}",
        **due,
    }


ROWS = [
    row(
        "26-001037",
        "phone",
        "Звонок",
        "Не запускается после обновления",
        "Кедр, отдел кадров",
        due_at=at(20, 16),
        remaining=-timedelta(hours=1, minutes=5),
        due_state="bad",
    ),
    row(
        "26-001042",
        "mail",
        "E-mail",
        "Ошибка E-17 при печати счёта",
        "Анна Вольская, ООО «Рябина»",
        due_at=at(24, 20),
        remaining=timedelta(hours=2, minutes=48),
        due_state="warn",
        selected=True,
    ),
    row(
        "26-001044",
        "monitor",
        "ИПВ Десктоп",
        "Пропали фильтры в журнале",
        "ИПВ Десктоп · Борис Лапин, «Рябина»",
        due_at=at(21, 20),
        unread=True,
    ),
    row(
        "26-001045",
        "smartphone",
        "ИПВ Моб",
        "Не приходит код на телефон",
        "ИПВ Моб · Склад №3",
        due_at=at(24, 20),
        hx="/elsewhere",
    ),
    row(
        "26-000998",
        "message-circle",
        "WhatsApp",
        "Просим добавить выгрузку в Excel",
        "WhatsApp · ИП Седов · предложение",
        due_at=at(27, 20),
    ),
    row(
        "26-001011",
        "mail",
        "E-mail",
        "Доступ к порту для автообновления",
        "Завод «Исток»",
        due_text="ждём заявителя",
        due_state="still",
    ),
    row(
        "26-000954",
        "monitor",
        "ИПВ Десктоп",
        "Медленно открывается карточка",
        "ИПВ Десктоп · Кедр",
        due_text="в версии 4.3.0",
        due_state="still",
    ),
]


def item(label, count=None, key="", **more):
    return {"url": f"#{label}", "label": label, "count": count, "key": key, **more}


NAV = [
    {"title": "Заявки", "items": [item("Мои", 7, "g m", current=True), item("Ничьи", 3, "g n"), item("Скоро срок", 4, "g d"), item("Просрочены", 1, "g o", hot=True), item("Ждут заявителя", 12, "g w"), item("Без права", 2, "g u"), item("Все", None, "g a")]},
    {"title": "Учёт", "items": [item("Клиенты и лицензии"), item("Нечитаемые письма", 1), item("Отчёты"), item("Схема поддержки"), item("Календарь")]},
]  # fmt: skip
GROUNDS = [
    {"value": "infeasible", "label": {"ru": "Осуществить нельзя", "en": "Can't be carried out"}},
    {"value": "duplicate", "label": {"ru": "Уже решено иначе", "en": "Already solved otherwise"}},
]
FACTS = [
    {"name": "Имя", "value": "Анна Вольская"}, {"name": "Организация", "value": "ООО «Рябина»"},
    {"name": "E-mail", "value": "anna@example.org"}, {"name": "Телефон", "value": "+7 900 000-00-17"},
    {"name": "Мобильная версия", "value": "рассылка включена"},
]  # fmt: skip
TABLE = {
    "columns": [{"title": "Организация"}, {"title": "Лицензия"}, {"title": "Мест", "num": True}, {"title": "Действует до"}, {"title": "Состояние"}],
    "rows": [
        [{"text": "ООО «Рябина»", "url": "#r"}, {"text": "Л-2026-0418"}, {"text": 12, "num": True}, {"text": "31 декабря 2026"}, {"text": "действует", "chip": "good"}],
        [{"text": "ИП Седов", "url": "#s"}, {"text": "Л-2025-0102"}, {"text": 1, "num": True}, {"text": "1 декабря 2026"}, {"text": "кончается", "chip": "warn"}],
        [{"text": "Завод «Исток»", "url": "#i"}, {"text": "П-2026-0007"}, {"text": 3, "num": True}, {"text": "2 ноября 2026"}, {"text": "кончилась", "chip": "bad"}],
    ],
}  # fmt: skip


def context() -> dict[str, object]:
    """All that the sample templates name."""
    broken = AskForm({"name": "", "email": "anna@", "place": "s", "text": "Печать не идёт"})
    return {
        "verdicts": VERDICTS, "steps": STEPS, "clock": CLOCK, "late": LATE, "still": STILL, "done": DONE,
        "message": MESSAGE, "note": NOTE, "answer": ANSWER, "bounced": BOUNCED, "rows": ROWS, "nav": NAV, "facts": FACTS,
        "table": TABLE, "form": broken, "clean": AskForm(), "moments": [at(20, 12, 41), at(19, 19, 5), at(24, 20), at(27, 20)],
        "event": {"at": at(20, 12, 41), "form": "time", "text": "принята, номер и срок отправлены заявителю"},
        "reacted": {"at": at(20, 13, 20), "form": "time", "text": "реакция через 39 мин рабочего времени, срок выполнен"},
        "working": {"open": True, "text": "Рабочее время до 20:00 МСК · завтра выходной"},
        "me": {"name": "Олег Лесин", "initials": "ОЛ", "role": "ведущий специалист", "links": [item("Мой вход и защита")], "sign_out_url": "#out"},
        "ticket": {
            "number": "26-001042", "subject": "Ошибка E-17 при печати счёта", "queue_url": "#mine", "assignee": "Олег Лесин",
            "chips": [{"kind": "bad", "text": "Сбой"}, {"kind": "acc", "text": "В работе"}], "presence": "Сейчас смотрит: Вера",
            "clock": CLOCK, "verdicts": VERDICTS,
        },
        "composer": {
            "action": "#send", "number": "26-001042", "icon": "mail", "form": "по e-mail, как пришла заявка", "grounds": GROUNDS,
            "placeholder": "Анна, здравствуйте.", "templates": [{"title": "Просьба о журнале", "text": "Пришлите, пожалуйста, журнал работы."}],
        },
        "events_url": "/console/events", "palette_url": "/console/palette",
        "site_nav": [item("Схема поддержки", current=True), item("Задать вопрос"), item("Где моя заявка")],
        "files": [*FILES, {"name": "архив.zip", "size": 42_000_000, "kind": "archive", "url": "#zip"}, {"name": "ключ.exe", "size": 900, "bad": "не проверен"}],
    }  # fmt: skip
