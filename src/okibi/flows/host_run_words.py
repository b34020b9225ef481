"""What a pass at a host that runs no updater may say of it, in both languages."""

from okibi.kernel.sentence import Sentence
from okibi.updates.remote import told, words

NOT_SIGNED = Sentence(
    "Файл версии не подписан ключами выпуска: такой мы не ставим.",
    "The version's file is not signed by the release keys: we don't install such.",
)
NO_FILE = Sentence("Для этого компьютера в версии нет файла.", "The version has no file for this host.")
HIGHER = Sentence("На компьютере уже версия выше.", "A higher version runs at the host already.")
HERE = Sentence("Эта версия уже стоит.", "This version runs there already.")
NO_ROOM = Sentence("На компьютере не хватает места.", "There is no room on the host's disk.")
OTHER_BYTES = Sentence(
    "Файл дошёл до компьютера изменённым: SHA-256 не тот.", "The file arrived changed: its SHA-256 is another one."
)
NOT_BEGUN_IN_TIME = Sentence(
    "Прервано до начала установки, и часы закончились: ничего не тронуто.",
    "Cut short before the installation began, and the hours are over: nothing was touched.",
)
NEVER_BEGAN = Sentence(
    "Установка на компьютере не началась: процесс там не запускается. Ничего не тронуто.",
    "The installation did not begin: no process can be started there. Nothing was touched.",
)
ACCESS_GONE = Sentence(
    "Доступ закончился, пока версия ставилась: чем это кончилось, мы уже не увидим.",
    "The access ended while the version was being installed: how it ended we can't see any more.",
)
SILENT = Sentence(
    "Компьютер перестал отвечать посреди установки: посмотрите на него сами.",
    "The host stopped answering in the middle of the installation: look at it yourselves.",
)
CUT_TWICE = Sentence(
    "Установка и возврат оборвались: прежняя версия не возвращена, нужен человек.",
    "The installation and the way back were cut short: the old version is not back, a person is needed.",
)
BEGINS = Sentence("установка начинается", "the installation begins")
COPYING = Sentence("файл передаётся", "the file is on its way")
COPIED = Sentence("файл передан, SHA-256 совпал", "the file is there, its SHA-256 is right")
WAITING = Sentence("ждёт своих часов", "waits for its hours")
DONE = Sentence("новая версия стоит и работает", "the new version is installed and works")
SAID = (
    NOT_SIGNED, NO_FILE, HIGHER, HERE, NO_ROOM, OTHER_BYTES, NOT_BEGUN_IN_TIME, NEVER_BEGAN, ACCESS_GONE, SILENT,
    CUT_TWICE, BEGINS, COPYING, COPIED, WAITING, DONE, words.KEY_NEW.sentence, words.KEY_CHANGED.sentence,
    words.NO_LOGIN.sentence, words.LOGIN_REFUSED.sentence, words.BAD_KEY.sentence, words.NO_VERSION.sentence,
    words.LACKS.sentence, words.NO_SHELL.sentence, words.DENIED.sentence, words.MOUNTED.sentence,
)  # fmt: skip
"""What a report may say beside a driver's own steps and ends."""


def detail_of(text: str) -> Sentence:
    """A detail of a report of ours in both languages."""
    return told.kept(text, SAID)
