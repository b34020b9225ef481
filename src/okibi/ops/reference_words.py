"""What the reference says about things that carry no sentence of their own: when a letter goes out, what a state is."""

from okibi.kernel.sentence import Sentence as S  # noqa: N817 - the tables below are read as tables
from okibi.policy.ticket_states import Event, State

LETTERS: dict[str, S] = {
    "receipt": S(
        "Сразу после приёма заявки: номер, заключение, срок и как он посчитан.",
        "At once when a request is placed: number, verdict, term and how it was counted.",
    ),
    "uncovered": S(
        "Вместо квитанции, когда права на поддержку нет: основание и что делать.",
        "Instead of the receipt when support does not cover the requester: the ground and the way out.",
    ),
    "covered": S(
        "Когда право появилось и заявка ожила: основание и новый срок.",
        "When cover began and the request came alive: the ground and the new term.",
    ),
    "reply": S("Ответ специалиста.", "A specialist's answer."),
    "refusal": S(
        "Обоснованный отказ: основание, причины и что можно сделать.",
        "A reasoned refusal: the ground, the reasons and what can be done.",
    ),
    "planned": S("Обещание: в какой версии это будет.", "The promise of a version."),
    "solved": S("Заявка решена; как открыть её снова.", "The request is solved; how to open it again."),
    "version_out": S(
        "Версия, обещанная по заявке, вышла: как её получить.",
        "The version that a request was promised is out: how to get it.",
    ),
    "works_now": S(
        "Устройство заявителя сообщило эту версию: теперь работает?",
        "The requester's device reported that version: does it work now?",
    ),
    "trial_confirm": S(
        "Ссылка тому, кто попросил пробную версию на сайте: 48 часов.",
        "The link for whoever asked for a trial on the site: 48 hours.",
    ),
    "trial_given": S("Пробная версия выдана: номер и срок.", "A trial was given: its number and term."),
    "messenger_version_out": S(
        "Версия вышла, в мессенджере, коротко.", "The version is out, in a messenger, in short."
    ),
    "messenger_works_now": S("Теперь работает? В мессенджере.", "Does it work now? In a messenger."),
    "spoken_version_out": S("Версия вышла: сказать по телефону.", "The version is out: to be said in a call."),
    "spoken_works_now": S("Теперь работает? Спросить по телефону.", "Does it work now? To be asked in a call."),
    "update_agreement": S(
        "Клиенту: что он разрешает для автоматических обновлений, как подтвердить или отказаться.",
        "To the customer: what they grant for automatic updates, how to confirm or decline.",
    ),
    "messenger_update_agreement": S(
        "То же в мессенджере, по СМС и в приложении, коротко.", "The same in a messenger, by SMS and in ИПВ, in short."
    ),
    "spoken_update_agreement": S("То же: сказать по телефону и спросить.", "The same: to be said and asked in a call."),
    "update_agreement_news": S(
        "Клиенту: доступ подтверждён с его слов или ответом на письмо, отозван поддержкой, истёк.",
        "To the customer: the access was confirmed by their word or by mail, withdrawn by the desk, or has expired.",
    ),
    "notice_receipt": S(
        "SMS рядом с квитанцией, по желанию заявителя: номер и срок, ничего больше.",
        "An SMS beside the receipt, by the requester's wish: number and term, nothing else.",
    ),
    "notice_answer": S(
        "SMS: на заявку есть ответ, и где он. Что в нём, не говорится.",
        "An SMS: there is an answer to the request, and where; not what it says.",
    ),
    "notice_solved": S("SMS: заявка решена.", "An SMS: the request is solved."),
    "notice_version_out": S(
        "SMS: вышла версия, которой ждала заявка.", "An SMS: the version that the request waited for is out."
    ),
    "sms_line_trouble": S(
        "Администраторам: линия SMS молчит, без сети, без денег или не отправляет; и когда это кончилось.",
        "To administrators: an SMS line is silent, without network, running dry or failing; and when that is over.",
    ),
    "staff_notice": S(
        "Сотруднику: подошёл момент «от», срок близко или нарушен.",
        "To staff: the aim moment came, the term is near or missed.",
    ),
    "host_closed": S(
        "Тому, кто предложил доступ, ведущим и выпускающим: на компьютер, чьи часы скоро, не войти, и почему.",
        "To whoever proposed the access, leading specialists and release managers: a host whose hours begin soon can't "
        "be reached, and what is closed.",
    ),
    "release_halted": S(
        "Тем, кто выпускает версии: обновления не удаются, и выпуск остановлен сам.",
        "To whoever ships versions: updates fail, and the release was halted by itself.",
    ),
    "enrolment_code": S(
        "Код из шести цифр тому, кто подключает приложение: живёт 10 минут.",
        "The six-digit code for whoever enrols an application: it lives 10 minutes.",
    ),
    "portal_code": S(
        "Код и ссылка тому, кто входит в личный кабинет: живут 10 минут.",
        "The code and the link for whoever signs in to the portal: they live 10 minutes.",
    ),
    "portal_invitation": S(
        "Приглашение в личный кабинет от администратора организации или от поддержки: 14 дней, один раз.",
        "An invitation to the portal by the organisation's administrator or the desk: 14 days, once.",
    ),
    "address_confirm": S(
        "Ссылка, которой человек подтверждает ещё один свой адрес: 60 минут.",
        "The link by which a person confirms one more address of theirs: 60 minutes.",
    ),
    "ipv_unread": S(
        "Ответ, который в приложении никто не прочёл за время из схемы (channels.ipv.email_after).",
        "An answer that nobody read in the application within the scheme's time (channels.ipv.email_after).",
    ),
    "mobile_version": S(
        "Адресу из реестра рассылки: вышла мобильная версия, личная ссылка на 14 дней, как отписаться. "
        "Напоминание — оно же.",
        "To an address of the mailing registry: a mobile version is out, a personal link for 14 days, how to leave. "
        "A reminder is the same letter.",
    ),
    "where": S(
        "Ссылка на страницу заявки тому, кто её попросил с того же адреса.",
        "The link to a request's page, for whoever asked from the same address.",
    ),
    "messenger_receipt": S("Квитанция в мессенджере, коротко.", "The receipt in a messenger, in short."),
    "sms_receipt": S("Квитанция по SMS, в один-два сегмента.", "The receipt by SMS, of one or two segments."),
    "messenger_uncovered": S(
        "Ответ без права на поддержку в мессенджере, коротко.", "The answer without cover in a messenger, in short."
    ),
    "messenger_covered": S("Заявка ожила в мессенджере, коротко.", "The request came alive in a messenger, in short."),
    "messenger_reply": S(
        "Ответ специалиста в мессенджере, коротко.", "A specialist's answer in a messenger, in short."
    ),
    "messenger_refusal": S("Отказ в мессенджере, коротко.", "A refusal in a messenger, in short."),
    "messenger_planned": S(
        "Обещание версии в мессенджере, коротко.", "The promise of a version in a messenger, in short."
    ),
    "spoken_call_back": S("Что сказать тому, чей звонок пропустили.", "What to say to somebody whose call was missed."),
    "spoken_reply": S("Ответ специалиста, чтобы сказать по телефону.", "A specialist's answer, to be said in a call."),
    "spoken_refusal": S("Отказ, чтобы сказать по телефону.", "A refusal, to be said in a call."),
    "spoken_planned": S(
        "Обещание версии, чтобы сказать по телефону.", "The promise of a version, to be said in a call."
    ),
    "spoken_solved": S("Заявка решена: сказать по телефону.", "The request is solved: to be said in a call."),
    "spoken_covered": S("Заявка ожила: сказать по телефону.", "The request came alive: to be said in a call."),
    "spoken_uncovered": S("Права на поддержку нет: сказать по телефону.", "No cover: to be said in a call."),
    "messenger_solved": S("Заявка решена в мессенджере, коротко.", "The request is solved in a messenger, in short."),
}
STATES: dict[State, S] = {
    State.NEW: S("принята, никто ещё не взял", "placed, nobody has it"),
    State.OPEN: S("в работе у специалиста", "a specialist has it"),
    State.WAITING: S("ждём заявителя, часы стоят", "waiting for the requester, the clock stands still"),
    State.PLANNED: S("обещана в версии", "accepted, will be in a version"),
    State.SOLVED: S("решена", "solved"),
    State.REFUSED: S("отказано с основанием и причинами", "refused, with a ground and reasons"),
    State.CLOSED: S("закрыта", "closed"),
    State.UNCOVERED: S("без права на поддержку: отвечено, хранится", "not covered: answered with the ground, and kept"),
}
EVENTS: dict[Event, S] = {
    Event.TAKE: S("специалист берёт заявку", "a specialist takes it"),
    Event.ASSIGN: S("заявку назначают специалисту", "somebody gives it to a specialist"),
    Event.REPLY: S("специалист отвечает", "a specialist answers"),
    Event.NOTE: S("внутренняя заметка", "an internal note"),
    Event.WAIT: S("ждать заявителя", "wait for the requester"),
    Event.RESUME: S("продолжить, не дожидаясь", "go on without waiting"),
    Event.REQUESTER_MESSAGE: S("заявитель написал", "the requester writes"),
    Event.PLAN: S("обещать в версии", "promise it for a version"),
    Event.SOLVE: S("решена", "solve it"),
    Event.REFUSE: S("отказать: нужны основание и причины", "refuse: demands a ground and reasons"),
    Event.CLOSE: S("закрыть без письма", "close without a letter"),
    Event.MERGE: S("объединить с другой", "merge into another"),
    Event.REOPEN: S("открыть снова", "reopen"),
    Event.COVER: S("появилась лицензия или пробный период", "a licence or trial begins"),
    Event.UNCOVER: S("при новой проверке права нет", "judged again: not covered"),
    Event.TAKE_ON: S("взять без права: нужна причина", "take on without cover: demands a reason"),
    Event.WITHDRAW: S("заявитель отзывает заявку", "the requester takes it back"),
    Event.CONFIRM: S("заявитель говорит: теперь работает", "the requester says that it works now"),
    Event.VERSION_SHIPPED: S("версия с исправлением дошла", "the version with the fix has arrived"),
}
CHANNELS: dict[str, S] = {
    "email": S(
        "Приём: IMAP, SMTP или LMTP, `okibi mail pipe`. Отправка: SMTP.",
        "In: IMAP, SMTP or LMTP, `okibi mail pipe`. Out: SMTP.",
    ),
    "form": S(
        "Форма «Оставить заявку» на сайте; ответ уходит письмом.",
        "The request form of the site; the answer goes by e-mail.",
    ),
    "ipv": S(
        "Функция внутри приложений: заявка приходит через API, ответ приложение забирает само; непрочитанный ответ "
        "через время из схемы уходит и письмом.",
        "The function inside the applications: a request comes by the API, and the application fetches the answer; one "
        "that stays unread goes by e-mail too after the scheme's time.",
    ),
    "whatsapp": S(
        "WhatsApp по Cloud API (Meta): приём через `/hooks/whatsapp/<учётная запись>`, ответ с того же номера; через "
        "24 часа после последнего сообщения клиента — только шаблоны.",
        "WhatsApp by Meta's Cloud API: in by `/hooks/whatsapp/<account>`, out from the same number; 24 hours after the "
        "client's last message only templates.",
    ),
    "greenapi": S(
        "WhatsApp через GREEN-API: телефон, привязанный к сервису; приём через `/hooks/greenapi/<учётная запись>`.",
        "WhatsApp by GREEN-API: a telephone linked to the service; in by `/hooks/greenapi/<account>`.",
    ),
    "wazzup": S(
        "WhatsApp и другие мессенджеры через Wazzup24; приём через `/hooks/wazzup/<учётная запись>`.",
        "WhatsApp and other messengers by Wazzup24; in by `/hooks/wazzup/<account>`.",
    ),
    "max": S(
        "Мессенджер MAX: бот; приём через `/hooks/max/<учётная запись>` или опросом.",
        "The messenger MAX: a bot; in by `/hooks/max/<account>` or by asking.",
    ),
    "telegram": S(
        "Telegram: бот; приём через `/hooks/telegram/<учётная запись>` или опросом.",
        "Telegram: a bot; in by `/hooks/telegram/<account>` or by asking.",
    ),
    "sms": S(
        "SMS через GSM-шлюз (`OKIBI_SMS`): заявка из SMS, ответ уходит SMS; см. [howto](../howto/sms-gateway.ru.md).",
        "SMS by a GSM gateway (`OKIBI_SMS`): a request by SMS, answered by SMS; see [howto](../howto/sms-gateway.md).",
    ),
    "phone": S(
        "Телефон: заявка со слов или из пропущенного звонка; ответ говорит специалист по поручению позвонить.",
        "Telephone: a request written down or made of a missed call; a specialist says the answer by a task to call.",
    ),
    "sip": S(
        "Голосовая почта: телефон звонит по SIP на `OKIBI_SIP_INLET`, запись становится заявкой; ответ — звонком.",
        "Voice mail: a telephone calls `OKIBI_SIP_INLET` by SIP, the recording becomes a request; answered by a call.",
    ),
    "cti": S(
        "Звонки АТС, которая шлёт newCall, answer, hangup: приём через `/hooks/cti/<АТС>?token=…`.",
        "Calls of an exchange that pushes newCall, answer, hangup: in by `/hooks/cti/<exchange>?token=…`.",
    ),
    "mango": S(
        "Звонки Mango Office: приём через `/hooks/mango/<АТС>`, подпись SHA-256.",
        "Calls of Mango Office: in by `/hooks/mango/<exchange>`, signed by SHA-256.",
    ),
    "megafon": S(
        "Звонки ВАТС МегаФон: приём через `/hooks/megafon/<АТС>`; АТС узнаёт, кто звонит.",
        "Calls of MegaFon's exchange: in by `/hooks/megafon/<exchange>`; the exchange learns who calls.",
    ),
    "zadarma": S(
        "Звонки Zadarma: приём через `/hooks/zadarma/<АТС>`, подпись HMAC-SHA-1.",
        "Calls of Zadarma: in by `/hooks/zadarma/<exchange>`, signed by HMAC-SHA-1.",
    ),
}
