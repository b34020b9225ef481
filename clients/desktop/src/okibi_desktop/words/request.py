"""The words of a new request."""

from okibi_sdk.words import Sentence as S  # noqa: N817 - read as a table

WORDS = {
    "new_request": S("Новая заявка", "New request"),
    "kind": S("Что случилось", "What is it about"),
    "incident": S("Сбой", "Failure"),
    "incident_hint": S("не работает или работает неверно", "does not work, or works wrongly"),
    "question": S("Вопрос", "Question"),
    "question_hint": S("как что-то сделать", "how to do something"),
    "suggestion": S("Идея", "Idea"),
    "suggestion_hint": S("чего не хватает", "what is missing"),
    "text": S("Расскажите своими словами", "In your own words"),
    "text_hint": S(
        "Что вы делали, что ожидали и что вышло. Снимок экрана скажет больше, чем описание.",
        "What you did, what you expected and what came of it. A screenshot says more than a description.",
    ),
    "similar": S("Похожее уже решали", "Solved before"),
    "similar_open": S("Открыть заявку {number}", "Open request {number}"),
    "similar_article": S("Статья справки", "Help article"),
    "article_read": S("Прочесть статью «{title}»", "Read the article “{title}”"),
    "article_gone": S("Статью не удалось открыть: {why}", "The article could not be opened: {why}"),
    "similar_request": S("Заявка {number}", "Request {number}"),
    "attachments": S("Приложения", "Attachments"),
    "attach_shot": S("Снимок экрана", "Screenshot"),
    "attach_steps": S("Записать шаги", "Record steps"),
    "attach_log": S("Журнал программы", "Program's log"),
    "attach_file": S("Файл", "File"),
    "attach_hint": S(
        "Файлы можно перетащить сюда, картинку — вставить (Ctrl+V)",
        "Drop files here, paste pictures (Ctrl+V)",
    ),
    "choose_files": S("Какие файлы приложить", "Which files to attach"),
    "choose_log": S("Папка журнала", "Folder of the log"),
    "remove": S("Убрать {name}", "Remove {name}"),
    "edit_shot": S("Править снимок {name}", "Edit screenshot {name}"),
    "log_packing": S("Собираем журнал…", "Packing the log…"),
    "log_packed": S(
        "Журнал: {files}, {size} из {limit} возможных.",
        "Log: {files}, {size} of {limit} allowed.",
    ),
    "log_left_out": S(" Не вошли самые старые: {files}.", " The oldest are left out: {files}."),
    "log_unread": S(" Не читаются: {files}.", " Could not be read: {files}."),
    "log_empty": S("В этой папке нет файлов.", "There are no files in that folder."),
    "log_failed": S("Журнал не прочитать: {reason}", "The log cannot be read: {reason}"),
    "files": S("файл|файла|файлов", "file|files"),
    "too_large": S(
        "{name} не приложить: {size}, а принимается до {limit}.",
        "{name} cannot be attached: {size}, the limit is {limit}.",
    ),
    "file_unreadable": S("{name} не прочитать.", "{name} cannot be read."),
    "not_a_file": S("{name} — папка. Приложите файл или архив.", "{name} is a folder. Attach a file or an archive."),
    "environment": S("Компьютер", "This computer"),
    "environment_asking": S("Проверяем, подходит ли компьютер…", "Checking this computer…"),
    "environment_good": S("Компьютер подходит под условия поддержки", "This computer meets the terms of support"),
    "environment_unknown": S("Что с компьютером, пока не ясно", "Not known yet whether this computer is covered"),
    "environment_offline": S(
        "Без связи не проверить: проверим при отправке", "Without a connection it is checked when sent"
    ),
    "environment_lines": S("Что отправится", "What is sent"),
    "environment_none": S("О компьютере ничего не отправится", "Nothing of this computer is sent"),
    "environment_line": S("Отправить: {line}", "Send: {line}"),
    "environment_switch": S(
        "Снимите отметку с того, что отправлять не хотите.", "Untick what you do not want to send."
    ),
    "status_met": S("подходит", "fine"),
    "status_unmet": S("не подходит", "not fine"),
    "status_unknown": S("неизвестно", "not known"),
    "product": S("Программа", "Program"),
    "version": S("Версия", "Version"),
    "product_any": S("Программа не указана", "Program not named"),
    "send": S("Отправить", "Send"),
    "send_promise": S("Отправить — {promise}", "Send: {promise}"),
    "promise": S("ответим до {at}", "we answer by {at}"),
    "promise_today": S("ответим сегодня до {at}", "we answer today by {at}"),
    "no_promise": S(
        "Прав на поддержку не видно: примем, ответим и скажем, как их получить.",
        "No right to support is known: we take it in, answer, and say how to get one.",
    ),
    "offline_promise": S(
        "Сейчас нет связи. Заявка сохранится здесь и уйдёт сама.",
        "There is no connection. The request is kept here and goes by itself.",
    ),
    "not_enrolled_promise": S(
        "Приложение ещё не подключено: заявка сохранится, подключение займёт минуту.",
        "This application is not enrolled yet: the request is kept, enrolling takes a minute.",
    ),
    "how_counted": S("Как посчитано", "How it is counted"),
    "say_something": S("Напишите хотя бы пару слов.", "A few words, please."),
    "sending": S("Отправляется…", "Sending…"),
    "sending_files": S("Отправляются файлы: {arrived} из {size}", "Files: {arrived} of {size}"),
    "sent": S("Заявка {number} принята", "Request {number} is placed"),
    "sent_promise": S("Ответим до {at}. Ответ придёт сюда.", "We answer by {at}. The answer comes here."),
    "sent_no_promise": S("Ответ придёт сюда.", "The answer comes here."),
    "kept": S("Заявка сохранена", "The request is kept"),
    "not_sent": S("Заявка не отправлена", "The request was not sent"),
    "open_it": S("Открыть заявку", "Open the request"),
    "close": S("Закрыть", "Close"),
    "keep_failed": S(
        "Сохранить не удалось: {reason}. Текст остался в окне.", "Not kept: {reason}. Your text is still here."
    ),
    "discard_question": S(
        "Закрыть без отправки? Текст и приложения пропадут.", "Close without sending? Text and attachments are lost."
    ),
    "discard": S("Не отправлять", "Do not send"),
    "go_on_writing": S("Вернуться к заявке", "Back to the request"),
}
