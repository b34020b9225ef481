"""The words of ``okibi-sms``."""

from okibi_sdk.words import Sentence as S  # noqa: N817 - the tables below are read as tables

COMMANDS: dict[str, S] = {
    "send": S("отправить одну SMS", "send one SMS"),
    "batch": S("отправить SMS из файла CSV", "send the SMS of a CSV file"),
    "status": S("что стало с SMS", "what became of an SMS"),
    "list": S("мои SMS, новые сверху", "my SMS, the newest first"),
    "cancel": S("снять SMS с очереди", "take an SMS out of the queue"),
    "lines": S("линии шлюзов и остаток лимита", "the gateways' lines and what is left of the limit"),
    "segments": S("сколько частей в тексте; ничего не отправляется", "segments of a text; nothing is sent"),
}
ABOUT = S(
    "SMS через GSM-шлюзы вашей службы поддержки. Ключ API берётся из OKIBI_SMS_KEY или --key-file.",
    "SMS through the GSM gateways of your support desk. The API key comes from OKIBI_SMS_KEY or --key-file.",
)
CODES = S(
    "Коды возврата: 0 сделано, 1 отказ, 2 ошибка в команде, 3 нет связи, 4 часть пакета не принята.",
    "Exit codes: 0 done, 1 refused, 2 wrong command, 3 no connection, 4 a part of the batch was not taken.",
)
HELP: dict[str, S] = {
    "help": S("эта подсказка", "this help"),
    "json": S("вывод в JSON", "output as JSON"),
    "server": S("адрес сервера (иначе OKIBI_SERVER)", "the server's address (else OKIBI_SERVER)"),
    "key-file": S("файл с ключом API (иначе OKIBI_SMS_KEY)", "a file with the API key (else OKIBI_SMS_KEY)"),
    "to": S("номер в любой записи", "a number in any notation"),
    "text": S("текст; «-» — со стандартного ввода", 'the text; "-": from standard input'),
    "reference": S("ваша пометка: та же — та же SMS", "your own name of it: the same one is the same SMS"),
    "priority": S("раньше или позже других", "before or after others"),
    "at-once": S("не ждать конца тихих часов", "quiet hours do not hold it"),
    "not-before": S("не раньше этого момента (ISO 8601)", "not before this moment (ISO 8601)"),
    "file": S(
        "CSV со столбцами to, text, reference (text может не быть: тогда --text)",
        "CSV with the columns to, text, reference (without text: give --text)",
    ),
    "common-text": S("текст для строк без своего", "the text of lines that have none"),
    "id": S("номер SMS", "the id of the SMS"),
    "state": S("только в этом состоянии", "in this state only"),
    "limit": S("не больше стольких", "at most so many"),
}
STATES: dict[str, S] = {
    "queued": S("в очереди", "queued"),
    "sending": S("отправляется", "sending"),
    "sent": S("ушла", "sent"),
    "delivered": S("доставлена", "delivered"),
    "failed": S("не отправлена", "failed"),
    "uncertain": S("неизвестно, ушла ли", "nobody knows whether it left"),
    "expired": S("срок прошёл", "expired"),
    "cancelled": S("снята с очереди", "cancelled"),
    "blocked": S("владелец номера отписан", "the number wants none"),
}
NO_KEY = S("Нет ключа API: задайте OKIBI_SMS_KEY или --key-file.", "No API key: give OKIBI_SMS_KEY or --key-file.")
NO_SERVER = S("Не указан адрес сервера: --server или OKIBI_SERVER.", "No server's address: --server or OKIBI_SERVER.")
NO_COLUMN = S("В файле нет столбца «to».", "The file has no column “to”.")
EMPTY = S("В файле нет ни одной строки.", "There is no line in the file.")
NOT_A_MOMENT = S("Это не момент по ISO 8601: {0}", "This is no ISO 8601 moment: {0}")
