"""The words of the application itself: tray, enrolment, settings."""

from okibi_sdk.words import Sentence as S  # noqa: N817 - read as a table

WORDS = {
    "app": S("ОКИБИ: поддержка", "OKIBI support"),
    "tray_new": S("Новая заявка", "New request"),
    "tray_shot": S("Новая заявка со снимком экрана", "New request with a screenshot"),
    "tray_requests": S("Мои заявки", "My requests"),
    "tray_outbox": S("Исходящие", "Outbox"),
    "tray_settings": S("Настройки", "Settings"),
    "quit": S("Выйти", "Quit"),
    "settings": S("Настройки", "Settings"),
    "tray_tip": S("{app}: новых ответов нет", "{app}: no new answers"),
    "tray_tip_unread": S("{app}: {unread}", "{app}: {unread}"),
    "notify_answer": S("Ответ по заявке {number}", "An answer to request {number}"),
    "notify_state": S("Заявка {number}: {state}", "Request {number}: {state}"),
    "notify_missed": S("Пока вас не было", "While you were away"),
    "notify_sent": S("Заявка {number} отправлена", "Request {number} is sent"),
    "notify_said": S("Сообщение в заявку {number} отправлено", "The message to request {number} is sent"),
    "notify_failed": S("Заявка не отправлена", "A request was not sent"),
    "enrol": S("Подключить приложение", "Enrol this application"),
    "enrol_short": S("Подключить", "Enrol"),
    "enrol_intro": S(
        "Один раз: чтобы поддержка знала, кто пишет, а ответы приходили сюда.",
        "Once: so that support knows who writes, and answers come here.",
    ),
    "server": S("Адрес поддержки", "Support's address"),
    "server_hint": S("https://help.example.org", "https://help.example.org"),
    "by_licence": S("По лицензии", "By licence"),
    "by_invitation": S("По приглашению", "By invitation"),
    "by_email": S("По почте", "By e-mail"),
    "licence": S("Номер лицензии или пробной версии", "Number of the licence or trial"),
    "invitation": S("Код приглашения", "Invitation code"),
    "email": S("Электронная почта", "E-mail"),
    "email_why": S(
        "Пришлём шесть цифр, чтобы убедиться, что адрес ваш.", "We send six digits to make sure the address is yours."
    ),
    "your_name": S("Как вас зовут", "Your name"),
    "go_on": S("Продолжить", "Go on"),
    "without": S("Без лицензии и почты", "Without licence and e-mail"),
    "without_hint": S(
        "Заявку примут; свои прежние заявки вы не увидите.", "The request is taken in; your earlier ones stay hidden."
    ),
    "code": S("Шесть цифр из письма", "Six digits from the letter"),
    "code_sent": S("Отправили код на {email}. Он действует до {at}.", "A code went to {email}. It is good until {at}."),
    "code_sent_plain": S("Отправили код на {email}.", "A code went to {email}."),
    "confirm": S("Подтвердить", "Confirm"),
    "other_way": S("Другой способ", "Another way"),
    "enrolled": S("Приложение подключено", "This application is enrolled"),
    "enrolled_as": S("Подключено: {who}", "Enrolled: {who}"),
    "not_enrolled": S("Приложение не подключено", "This application is not enrolled"),
    "cut_off": S(
        "Доступ этого приложения отозван. Подключите его заново.", "This application was cut off. Enrol it anew."
    ),
    "sign_out": S("Отключить", "Sign out"),
    "sign_out_ask": S(
        "Отключить приложение? Ответы сюда приходить перестанут.", "Sign out? Answers will no longer come here."
    ),
    "server_missing": S("Укажите адрес поддержки.", "Say the address of support."),
    "server_insecure": S(
        "Нужен адрес с https://: иначе переписку могут прочитать в пути.",
        "An address with https:// is needed: otherwise others can read along.",
    ),
    "licence_missing": S("Укажите номер.", "Say the number."),
    "invitation_missing": S("Укажите код приглашения.", "Say the invitation code."),
    "email_missing": S("Укажите почту.", "Say the e-mail address."),
    "code_missing": S("В коде шесть цифр.", "The code has six digits."),
    "language": S("Язык", "Language"),
    "language_system": S("Как в системе", "As the system"),
    "theme": S("Оформление", "Appearance"),
    "theme_system": S("Как в системе", "As the system"),
    "theme_light": S("Светлое", "Light"),
    "theme_dark": S("Тёмное", "Dark"),
    "shortcut": S("Сочетание клавиш", "Global shortcut"),
    "shortcut_about": S(
        "Откроет новую заявку со снимком экрана из любой программы.",
        "Opens a new request with a screenshot from any program.",
    ),
    "shortcut_works": S("Работает.", "It works."),
    "shortcut_taken": S("Занято другой программой. Выберите другое.", "Another program has it. Choose another one."),
    "shortcut_impossible": S(
        "Эта система не даёт программам общие сочетания клавиш. Назначьте в её настройках клавиатуры команду:",
        "This system does not let programs have global shortcuts. Bind this command in its keyboard settings:",
    ),
    "shortcut_clear": S("Убрать сочетание", "Remove the shortcut"),
    "shortcut_none": S("Не назначено", "None"),
    "shortcut_alone": S("Добавьте Ctrl, Alt или Win и букву.", "Use Ctrl, Alt or Win with a letter."),
    "settings_not_kept": S(
        "Сохранить настройки не удалось: {reason}. Они действуют до выхода.",
        "The settings were not kept: {reason}. They hold until you quit.",
    ),
    "disk_full": S("на диске нет места", "the disk is full"),
    "not_allowed": S("система не разрешает", "the system does not allow it"),
    "no_place": S(
        "Папка {folder} недоступна: {reason}. Приложение хранит в ней подключение и заявки, которые ждут отправки.",
        "The folder {folder} cannot be used: {reason}. The enrolment and requests that wait to be sent are kept there.",
    ),
    "command": S("Команда для сочетания клавиш", "Command for the shortcut"),
    "copy": S("Скопировать", "Copy"),
    "copied": S("Скопировано", "Copied"),
    "notifications": S("Уведомления", "Notifications"),
    "notify": S("Показывать ответы и изменения", "Show answers and changes"),
    "tray_none": S(
        "У рабочего стола нет места для значков: уведомления видны только в окне.",
        "This desktop has no tray: news is shown in the window only.",
    ),
    "autostart": S("Запуск", "Start"),
    "autostart_on": S("Запускать при входе в систему", "Start when I sign in"),
    "log_folder": S("Папка журнала программы", "Folder of the program's log"),
    "log_folder_choose": S("Выбрать папку", "Choose a folder"),
    "log_limit": S(
        "В заявку войдёт не больше {limit}, сначала самое новое.",
        "At most {limit} go into a request, the newest first.",
    ),
    "account": S("Подключение", "Enrolment"),
    "links": S("Ссылки okibi-ipv:", "okibi-ipv: links"),
    "links_register": S("Открывать этим приложением", "Open with this application"),
    "links_done": S("Ссылки okibi-ipv: открываются этим приложением.", "okibi-ipv: links open with this application."),
    "links_about": S(
        "Другие программы смогут открыть новую заявку по ссылке.", "Other programs can open a new request by a link."
    ),
    "failed": S("Не получилось: {reason}", "It did not work: {reason}"),
}
