"""What can be wrong with a correction of the calendar."""

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence


class CalendarError(InputError):
    """A day or a file of days can't be taken as it is."""

    code = "calendar"


HOURS_OF_A_DAY_OFF = Sentence(
    ru="У нерабочего дня нет часов работы: уберите часы или выберите рабочий день.",
    en="A day off has no opening hours: clear the hours or choose a working day.",
)
HALF_HOURS = Sentence(
    ru="Укажите и начало, и конец работы, или оставьте оба поля пустыми.",
    en="Give both the opening and the closing time, or leave both empty.",
)
BACKWARD_HOURS = Sentence(ru="Работа кончается раньше, чем начинается.", en="The day closes before it opens.")
NO_SUCH_DAY = Sentence(
    ru="Такого дня в календаре нет: он считается с 1993 по 2100 год.",
    en="The calendar has no such day: it is computed for 1993 to 2100.",
)
BAD_LINES = Sentence(
    ru="В файле есть строки, которые не удалось прочитать. Исправьте их или загрузите остальные.",
    en="Some lines of the file can't be read. Mend them, or import the others.",
)
EMPTY_FILE = Sentence(ru="В файле нет ни одного дня.", en="The file has no days.")
UNKNOWN_FILE = Sentence(
    ru="Формат файла не узнан. Подходят .csv, .json и .ics.",
    en="The file format isn't known. Use .csv, .json or .ics.",
)
