"""Mail services where anybody has an address: there a domain says nothing of whom its people work for."""

PUBLIC = frozenset(
    [
        *("ya.ru", "yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "narod.ru", "mail.ru", "bk.ru"),
        *("inbox.ru", "list.ru", "internet.ru", "vk.com", "xmail.ru", "rambler.ru", "lenta.ru", "autorambler.ru"),
        *("myrambler.ru", "ro.ru", "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com"),
        *("live.ru", "msn.com", "yahoo.com", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.com"),
        *("gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "pm.me", "tutanota.com", "tuta.io"),
        *("zoho.com", "fastmail.com", "mail.com", "ukr.net", "i.ua", "meta.ua", "tut.by", "mail.kz", "qip.ru"),
        "nextmail.ru",
    ]
)


def is_public(domain: str) -> bool:
    """Whether a domain (lower case, A-labels) is a mail service's own."""
    return domain in PUBLIC
