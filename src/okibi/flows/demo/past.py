"""The five months before the demo's week: requests that are long over, for the reports to tell of."""

from datetime import datetime, timedelta

from okibi.accounts.models import Staff
from okibi.channels.models import Outbound
from okibi.flows import delivery_report, work
from okibi.flows.demo.letters import Story
from okibi.journal.services import Actor, record
from okibi.kernel.clock import at
from okibi.policy.ticket_states import State
from okibi.tickets import requester_services
from okibi.tickets.models import Ticket

DAY = 24.0  # hours
RATED_AFTER, CLOSED_AFTER = timedelta(hours=5), timedelta(days=3)

ANNA, BORIS = "Анна Вольская <anna@example.org>", "Борис Лапин <boris@example.org>"
TESAKOV, DROZDOVA = "Григорий Тесаков <tesakov@istok.example.org>", "Ольга Дроздова <drozdova@istok.example.org>"
ORLOV, MELNIK = "Кирилл Орлов <orlov@kedr.example.org>", "Зоя Мельник <sklad3@example.org>"
SEDOV = "Андрей Седов <sedov@example.net>"

PAST = (
    Story(163 * DAY, ANNA, "Ошибка 14 при сохранении договора",
          "При сохранении договора появляется ошибка 14. Windows 10 x64, .NET 4.8.", "solve", 95,
          "Анна, в поле «ИНН» остался пробел. Программа должна была сказать об этом понятнее: исправим.", 4),
    Story(158 * DAY, TESAKOV, "Сервер не принимает подключения",
          "Сбой: сервер не принимает подключения после перезагрузки. Windows Server 2016, 16 ГБ ОЗУ.", "solve", 140,
          "Григорий, служба ждала базу. Поставьте ей отложенный запуск: «Службы → ОКИБИ → Тип запуска».", 5),
    Story(151 * DAY, SEDOV, "Предложение: тёмная тема",
          "Предлагаю добавить в программу тёмную тему.", "solve", 9 * 24 * 60,
          "Андрей, тёмная тема есть с версии 4.0: «Вид → Оформление»."),
    Story(140 * DAY, MELNIK, "Ошибка при сканировании штрихкода",
          "Мобильное приложение пишет «ошибка сканера». Android 9.", "solve", 210,
          "Зоя, приложению не разрешена камера: «Настройки → Приложения → ОКИБИ Моб → Разрешения»."),
    Story(133 * DAY, DROZDOVA, "Не печатается акт",
          "Не печатается акт, программа выдаёт ошибку принтера. Windows 7 SP1, .NET 4.6.", "solve", 75,
          "Ольга, в настройках стоял удалённый принтер. Выберите другой: «Файл → Принтер».", 5, "Быстро и понятно"),
    Story(126 * DAY, ORLOV, "Сбой при загрузке выписки",
          "Сбой при загрузке банковской выписки: окно закрывается. Windows 10, .NET 4.7.2.", "solve", 330,
          "Кирилл, банк сменил формат. Обновление 4.0.2 читает оба.", 4),
    Story(119 * DAY, BORIS, "Программа зависает при поиске",
          "Программа зависает при поиске по журналу. Windows 10 x64, .NET 4.8.", "solve", 160,
          "Борис, индекс поиска был повреждён. «Сервис → Перестроить индекс» помогает за минуту.", 5),
    Story(112 * DAY, TESAKOV, "Предлагаем входить по карте доступа",
          "Предлагаем добавить вход по карте доступа: у нас она у каждого.", "refuse", 16 * 24 * 60,
          "Читатели карт у заказчиков разные, и общего способа спросить их у Windows XP и Vista нет: вход сломался бы "
          "у тех, кто работает на них."),
    Story(104 * DAY, MELNIK, "Не видны новые накладные",
          "Ошибка: в мобильном приложении не видны новые накладные. Android 10.", "solve", 120,
          "Зоя, приложение работало без связи. Потяните список вниз, накладные придут.", 3),
    Story(97 * DAY, ANNA, "Двоятся строки в отчёте",
          "Ошибка: в отчёте по складу двоятся строки. Windows 7 SP1 x64, .NET 4.8.", "solve", 185,
          "Анна, у товара было две карточки. Мы объединили их, отчёт сходится.", 5),
    Story(91 * DAY, SEDOV, "Не ставится обновление",
          "Обновление не ставится, ошибка 1603. Windows 8.1, .NET 4.5.", "solve", 50,
          "Андрей, не хватало места: нужно 2 ГБ. После очистки диска обновление встанет.", 4),
    Story(84 * DAY, DROZDOVA, "Предложение по карточке договора",
          "Предлагаю показывать в карточке договора историю изменений.", "solve", 12 * 24 * 60,
          "Ольга, история есть в 4.1: вкладка «Изменения».", 5),
    Story(77 * DAY, TESAKOV, "Ошибка резервной копии",
          "Ошибка при резервном копировании на сервере. Windows Server 2012 R2.", "solve", 5 * 24 * 60,
          "Григорий, путь для копий был недоступен службе. Простите, что ответили только сегодня.", 3),
    Story(70 * DAY, ORLOV, "Не формируется счёт-фактура",
          "Ошибка: не формируется счёт-фактура. Windows 10, .NET 4.8.", "solve", 105,
          "Кирилл, у контрагента не было КПП. Заполните его, и счёт сформируется.", 5),
    Story(66 * DAY, MELNIK, "Приложение просит пароль каждый раз",
          "Ошибка: мобильное приложение каждый раз просит пароль. Android 11.", "solve", 240,
          "Зоя, телефон чистил память приложений. Снимите ограничение: «Батарея → Без ограничений»."),
    Story(59 * DAY, BORIS, "Сбой при открытии вложений",
          "Сбой при открытии вложений: программа закрывается. Windows 10 x64, .NET 4.8.", "solve", 90,
          "Борис, исправили в 4.1.0, она уже на сайте.", 5, "Спасибо, всё работает"),
    Story(52 * DAY, ANNA, "Предлагаем закрепить фильтры",
          "Предлагаем добавить закрепление фильтров в журнале.", "solve", 7 * 24 * 60,
          "Анна, сделали в 4.1: булавка рядом с именем фильтра.", 5),
    Story(46 * DAY, TESAKOV, "Медленно открывается журнал",
          "Ошибка: журнал открывается две минуты. Windows Server 2012 R2, 16 ГБ ОЗУ.", "solve", 170,
          "Григорий, антивирус проверял базу при каждом чтении. Добавьте её папку в исключения.", 4),
    Story(41 * DAY, DROZDOVA, "Неверная дата в письме",
          "Ошибка: в письме контрагенту неверная дата. Windows 7 SP1, .NET 4.6.", "solve", 65,
          "Ольга, на компьютере сбились часы. Включите сверку времени.", 5),
    Story(38 * DAY, SEDOV, "Где лежат мои копии?",
          "Подскажите, где лежат копии базы?", "solve", 40,
          "Андрей, в «Документы\\ОКИБИ\\Копии». Место меняется в «Файл → Копия базы».", 5),
    Story(31 * DAY, MELNIK, "Ошибка обмена после обновления",
          "После обновления мобильное приложение пишет ошибку обмена. Android 9.", "solve", 130,
          "Зоя, обновите и сервер: версии должны совпадать. Ссылку отправили.", 2, "Узнать об этом стоило заранее"),
    Story(24 * DAY, ORLOV, "Не открывается архив за 2024 год",
          "Ошибка: не открывается архив за 2024 год. Windows 10, .NET 4.8.", "solve", 155,
          "Кирилл, архив был сжат в новой версии. Откройте его в 4.1 или новее.", 4),
    Story(20 * DAY, BORIS, "Ошибка при выгрузке в PDF",
          "Ошибка при выгрузке в PDF: файл пустой. Windows 10 x64, .NET 4.8.", "solve", 85,
          "Борис, в шаблоне был шрифт, которого нет на компьютере. Заменили его в шаблоне.", 5),
)  # fmt: skip


def end(ticket_id: int, story: Story, answered: datetime, staff: Staff) -> None:
    """What followed the answer: the requester's mark, and days later the request is closed."""
    ticket = Ticket.objects.get(pk=ticket_id)
    if story.mark:
        moment = answered + RATED_AFTER
        requester_services.rate(ticket, story.mark, story.words, moment)
        actor = Actor("person", ticket.requester_id or 0, ticket.requester_name)
        record("ticket.rated", ("ticket", ticket.pk), actor, {"score": story.mark, "text": story.words}, moment)
    if ticket.state == State.SOLVED:
        with at(answered + CLOSED_AFTER):
            work.close(ticket.pk, staff)


def letters_have_gone() -> None:
    """What was written in those months left then: nobody gets last summer's letters today."""
    for row in Outbound.objects.filter(state=Outbound.State.QUEUED, subject_kind="ticket"):
        row.state, row.sent_at, row.attempts = Outbound.State.SENT, row.created_at, 1
        row.save(update_fields=["state", "sent_at", "attempts"])
        with at(row.created_at):
            delivery_report.on_sent(row)
