"""Every kind of act the journal knows, with its sentence. Fields in braces come from the entry's data."""

from okibi.journal.codes_sms import SMS_CODES
from okibi.journal.codes_updates import UPDATE_CODES
from okibi.kernel.sentence import Sentence as S  # noqa: N817 - the table below is read as a table

CODES: dict[str, S] = {
    "ticket.placed": S(
        "Заявка принята, номер и срок отправлены заявителю", "Placed; number and term sent to the requester"
    ),
    "ticket.placed_silently": S(
        "Заявка принята без автоматического ответа: {why}", "Placed without an automatic answer: {why}"
    ),
    "ticket.written_down": S("{actor} записал(а) заявку по телефону", "{actor} wrote the request down by telephone"),
    "ticket.called": S("{actor}: звонок {number} — об этой заявке", "{actor}: the call {number} is about this request"),
    "ticket.linked": S("Связана с заявкой {number}", "Linked to {number}"),
    "ticket.message": S("Новое сообщение заявителя", "New message from the requester"),
    "ticket.reopened": S("Открыта снова: {why}", "Reopened: {why}"),
    "ticket.taken": S("{actor} взял(а) в работу", "{actor} took it on"),
    "ticket.assigned": S("{actor}: исполнитель — {assignee}", "{actor} assigned it to {assignee}"),
    "ticket.replied": S("Ответ отправлен", "Answer sent"),
    "ticket.reacted": S(
        "Реакция через {elapsed} рабочего времени, {outcome}", "Reaction after {elapsed} of working time, {outcome}"
    ),
    "ticket.noted": S("{actor} оставил(а) заметку", "{actor} left a note"),
    "ticket.class_changed": S(
        "{actor}: класс «{was}» → «{now}», срок пересчитан", "{actor}: class “{was}” → “{now}”, term counted anew"
    ),
    "ticket.waiting": S(
        "{actor}: ждём заявителя, часы остановлены", "{actor}: waiting for the requester, the clock stands still"
    ),
    "ticket.resumed": S("Часы снова идут", "The clock runs again"),
    "ticket.planned": S("{actor}: запланирована в версию {version}", "{actor}: planned for version {version}"),
    "ticket.solved": S("{actor}: решена", "{actor}: solved"),
    "ticket.closed": S("Закрыта", "Closed"),
    "ticket.refused": S("{actor}: отказ — {ground}", "{actor}: refused — {ground}"),
    "ticket.merged": S("{actor}: объединена с {number}", "{actor}: merged into {number}"),
    "ticket.absorbed": S("{actor}: сюда объединена {number}", "{actor}: {number} was merged into this one"),
    "ticket.covered": S("Заявка ожила. {ground}", "The request came alive. {ground}"),
    "ticket.uncovered": S(
        "{actor}: права на поддержку нет, срок снят. {ground}", "{actor}: not covered, the term is off. {ground}"
    ),
    "ticket.environment": S(
        "{actor}: окружение — {said}; заключение вынесено заново", "{actor}: environment: {said}; judged again"
    ),
    "ticket.taken_on": S(
        "{actor}: принята без права на поддержку — {reason}", "{actor}: taken on without cover — {reason}"
    ),
    "ticket.recognised": S("{actor}: заявитель — {name}", "{actor}: the requester is {name}"),
    "ticket.identified": S("Заявитель назвал себя: {name}", "The requester said who they are: {name}"),
    "ticket.recounted": S(
        "{actor}: календарь исправлен, срок теперь {due}", "{actor}: the calendar was corrected, the term is now {due}"
    ),
    "ticket.withdrawn": S("{actor}: заявка отозвана", "{actor}: request withdrawn"),
    "ticket.confirmed": S("{actor}: теперь работает", "{actor}: it works now"),
    "ticket.version_out": S(
        "Версия {version} вышла, заявителю сообщено", "Version {version} is out, and the requester was told"
    ),
    "ticket.version_arrived": S(
        "На {device} работает версия {version}: исправление дошло",
        "{device} runs version {version}: the fix has arrived",
    ),
    "ticket.version_gone_back": S(
        "На {device} снова версия {version}, исправление было в {fix}: заявка открыта снова",
        "{device} went back to version {version}, the fix was in {fix}: the request is open again",
    ),
    "ticket.rated": S("{actor}: оценка ответа — {score} из 5", "{actor}: answer rated {score} of 5"),
    "ticket.read_by_requester": S("{actor}: ответ прочитан в ИПВ", "{actor}: answer read in IPV"),
    "ticket.read_by_desk": S("Поддержка прочитала сообщение", "The desk read the message"),
    "ticket.mailed": S(
        "Ответ не прочитан в ИПВ и отправлен письмом: {to}", "The answer was not read in IPV and went by e-mail: {to}"
    ),
    "ticket.aim_passed": S("Подошёл момент «от»: исполнителю сказано", "The aim moment came; the assignee was told"),
    "ticket.due_soon": S(
        "Срок близко: ведущему специалисту сказано", "The term is near; the leading specialist was told"
    ),
    "ticket.breached": S("Срок нарушен", "The term was missed"),
    "ticket.mentioned": S("{actor} позвал(а): {who}", "{actor} called {who}"),
    "article.written": S("{actor}: статья «{title}» записана", "{actor}: article “{title}” written"),
    "article.published": S("{actor}: статья «{title}» опубликована", "{actor}: article “{title}” published"),
    "article.withdrawn": S("{actor}: статья «{title}» снята", "{actor}: article “{title}” withdrawn"),
    "release.line_changed": S(
        "{actor}: правила выпуска продукта изменены", "{actor}: rules of the product's releases changed"
    ),
    "release.keys_changed": S("{actor}: подписано и принято: {roles}", "{actor}: signed and taken in: {roles}"),
    "release.ring_changed": S("{actor}: {number} — круг «{ring}»", "{actor}: {number} is in the ring “{ring}”"),
    "release.drafted": S("{actor}: версия {version} заведена", "{actor}: version {version} drafted"),
    "release.changed": S("{actor}: версия {version} изменена", "{actor}: version {version} changed"),
    "release.artefact_added": S(
        "{actor}: к версии {version} добавлен файл {name}", "{actor}: file {name} added to version {version}"
    ),
    "release.artefact_removed": S(
        "{actor}: из версии {version} убран файл {name}", "{actor}: file {name} removed from version {version}"
    ),
    "release.checked": S("{actor}: версия {version} проверена", "{actor}: version {version} checked"),
    "release.published": S("{actor}: версия {version} опубликована", "{actor}: version {version} published"),
    "release.halted": S(
        "{actor}: выпуск версии {version} остановлен: {reason}", "{actor}: version {version} halted: {reason}"
    ),
    "release.signed": S("{actor}: версия {version} подписана ключом выпуска", "{actor}: version {version} signed"),
    "release.resumed": S("{actor}: выпуск версии {version} продолжен", "{actor}: version {version} goes on"),
    "release.withdrawn": S(
        "{actor}: версия {version} отозвана: {reason}", "{actor}: version {version} withdrawn: {reason}"
    ),
    "release.rollout_changed": S(
        "{actor}: версия {version} идёт дальше: {ring}, {percent} %",
        "{actor}: version {version} goes further: {ring}, {percent} %",
    ),
    "mailing.planned": S(
        "{actor}: рассылка версии {version} подготовлена, адресов: {count}",
        "{actor}: mailing of version {version} prepared, addresses: {count}",
    ),
    "mailing.started": S(
        "{actor}: рассылка версии {version} начата, адресов: {count}, писем в минуту: {pace}",
        "{actor}: mailing of version {version} started, addresses: {count}, letters per minute: {pace}",
    ),
    "mailing.paused": S(
        "{actor}: рассылка версии {version} приостановлена: {reason}",
        "{actor}: mailing of version {version} paused: {reason}",
    ),
    "mailing.resumed": S(
        "{actor}: рассылка версии {version} продолжена", "{actor}: mailing of version {version} goes on"
    ),
    "mailing.stopped": S(
        "{actor}: рассылка версии {version} остановлена: {reason}",
        "{actor}: mailing of version {version} stopped: {reason}",
    ),
    "mailing.pace": S(
        "{actor}: темп рассылки версии {version}: {pace} в минуту",
        "{actor}: pace of the mailing of version {version}: {pace} per minute",
    ),
    "mailing.reminded": S(
        "{actor}: о версии {version} напомнят, адресов: {count}",
        "{actor}: version {version} is to be reminded of, addresses: {count}",
    ),
    "mailing.extended": S(
        "{actor}: в рассылку версии {version} добавлено адресов: {count}",
        "{actor}: addresses added to the mailing of version {version}: {count}",
    ),
    "mailing.finished": S(
        "Рассылка версии {version} окончена, дошло: {count}",
        "The mailing of version {version} is over, arrived: {count}",
    ),
    "mailing.revoked": S(
        "{actor}: ссылка на версию {version} для {address} отозвана",
        "{actor}: the link to version {version} of {address} taken back",
    ),
    "ticket.mailing_joined": S(
        "{actor}: {address} внесён в реестр рассылки, просил(а) {asked}",
        "{actor}: {address} entered into the mailing registry, asked by {asked}",
    ),
    "ticket.mailing_left": S(
        "{actor}: {address} исключён из реестра рассылки, просил(а) {asked}",
        "{actor}: {address} taken out of the mailing registry, asked by {asked}",
    ),
    "template.saved": S("{actor}: шаблон ответа «{title}» сохранён", "{actor}: answer template “{title}” saved"),
    "template.deleted": S("{actor}: шаблон ответа «{title}» удалён", "{actor}: answer template “{title}” deleted"),
    "messenger.sent": S("Сообщение ушло: {to}", "Message sent: {to}"),
    "messenger.failed": S("Сообщение не ушло на {to}: {why}", "Message to {to} could not be sent: {why}"),
    "messenger.window_closed": S(
        "Сообщение не ушло на {to}: с последнего сообщения клиента прошло больше 24 часов. Отправьте шаблон или "
        "выберите другой адрес",
        "Message to {to} was not sent: more than 24 hours since the client's last one. Send a template or choose "
        "another address",
    ),
    "messenger.moved": S(
        "{actor}: ответ отправлен иначе — {way}, {to}. Согласие: {consent}",
        "{actor}: answered another way: {way}, {to}. Consent: {consent}",
    ),
    "messenger.template": S("{actor}: отправлен шаблон «{title}»", "{actor}: template “{title}” sent"),
    "messenger.reaction": S("{name}: {emoji} на сообщение «{on}»", "{name}: {emoji} to “{on}”"),
    "messenger.reaction_removed": S("{name}: реакция убрана", "{name}: reaction taken back"),
    "messenger.edited": S("{name}: сообщение исправлено, было: «{was}»", "{name}: message edited, it was: “{was}”"),
    "messenger.revoked": S("{name}: сообщение удалено в мессенджере", "{name}: message deleted in the messenger"),
    "messenger.number_changed": S(
        "{name}: номер в мессенджере сменился с {was} на {now}, его нужно подтвердить",
        "{name}: the number in the messenger changed from {was} to {now} and must be verified",
    ),
    "messenger.file_lost": S("Файл «{name}» не удалось получить: {why}", "The file “{name}” did not come: {why}"),
    "messenger.echo": S("Ответ с телефона поддержки", "Answered from the desk's telephone"),
    "messenger.tied": S("{actor}: мессенджер {who} — этого человека", "{actor}: the messenger {who} is this person's"),
    "messenger.verified": S("{actor}: мессенджер {who} подтверждён", "{actor}: the messenger {who} is verified"),
    "messenger.untied": S("{actor}: мессенджер {who} — не этого человека", "{actor}: messenger {who} is not theirs"),
    "call.ringing": S("Звонит {who}", "{who} is calling"),
    "call.answered": S("{staff} говорит: {who}", "{staff} talks with {who}"),
    "call.transferred": S("Звонок переведён: {who}", "The call was handed over: {who}"),
    "call.ended": S("Звонок окончен: {who}, {length}", "The call has ended: {who}, {length}"),
    "call.talked": S(
        "Звонок ({direction}): {who}, {length}, говорил(а) {staff}",
        "Call ({direction}): {who}, {length}, {staff} spoke",
    ),
    "call.recorded": S("Готова запись разговора: {who}", "The talk's recording is ready: {who}"),
    "call.recording_lost": S(
        "Запись разговора не получена: {who}. {why}", "The talk's recording could not be had: {who}. {why}"
    ),
    "call.dial_refused": S("Не набрано: {number}. {why}", "Not dialled: {number}. {why}"),
    "call.missed": S("Пропущенный звонок: {who}", "Missed call: {who}"),
    "call.out_of_hours": S(
        "Звонок в нерабочее время: {who}. Поддержка откроется {opens}",
        "A call out of hours: {who}. Support opens {opens}",
    ),
    "call.voice": S("Голосовое сообщение: {who}, {length}", "Voice message: {who}, {length}"),
    "call.owed": S("Нужно перезвонить: {who}", "To be called back: {who}"),
    "call.missed_again": S("Звонили ещё раз, никто не ответил: {who}", "Called once more, nobody answered: {who}"),
    "call.answered_after_all": S("Звонок всё-таки приняли: {who}", "The call was answered after all: {who}"),
    "call.to_say": S("{actor}: ответ нужно сказать по телефону {number}", "{actor}: to be said by telephone {number}"),
    "call.said": S("{actor}: сказано по телефону {number}", "{actor}: said by telephone {number}"),
    "call.not_reached": S(
        "{actor}: не дозвонились до {number}, следующая попытка {next}",
        "{actor}: {number} was not reached, next try {next}",
    ),
    "call.left_word": S(
        "{actor}: по {number} оставлена весть, следующая попытка {next}",
        "{actor}: a word was left at {number}, next try {next}",
    ),
    "call.given_up": S("{actor}: больше не звоним {number}: {why}", "{actor}: no more calls to {number}: {why}"),
    "message.sent": S("Письмо ушло: {to}", "Letter sent: {to}"),
    "message.bounced": S("Письмо не доставлено на {to}: {why}", "Letter to {to} was not delivered: {why}"),
    "message.failed": S("Письмо не удалось отправить на {to}: {why}", "Letter to {to} could not be sent: {why}"),
    "message.again": S("{actor}: отправить ещё раз на {to}", "{actor}: send once more to {to}"),
    "address.bounced": S("Адрес {address} не принимает почту: {why}", "Address {address} does not take mail: {why}"),
    "inbound.reparsed": S("{actor}: письмо разобрано заново", "{actor}: the mail was read again"),
    "organisation.created": S("{actor}: организация заведена", "{actor}: organisation created"),
    "organisation.changed": S("{actor}: организация изменена", "{actor}: organisation changed"),
    "person.created": S("Карточка заведена: {name}", "Card created: {name}"),
    "person.changed": S("{actor}: карточка изменена", "{actor}: card changed"),
    "person.merged": S("{actor}: карточка объединена с «{name}»", "{actor}: card merged with “{name}”"),
    "address.mailing": S(
        "{actor}: рассылка мобильной версии на {address} — {state}",
        "{actor}: mobile version mailing to {address}: {state}",
    ),
    "person.merged_away": S(
        "{actor}: эта карточка теперь ведёт в «{name}»", "{actor}: this card now leads to “{name}”"
    ),
    "person.told_apart": S("{actor}: «{name}» — другой человек", "{actor}: “{name}” is another person"),
    "address.added": S("{actor}: адрес {address} добавлен", "{actor}: address {address} added"),
    "address.removed": S("{actor}: адрес {address} убран", "{actor}: address {address} removed"),
    "address.verified": S("{actor}: адрес {address} подтверждён", "{actor}: address {address} verified"),
    "address.unbounced": S(
        "{actor}: адрес {address} снова принимает почту", "{actor}: address {address} takes mail again"
    ),
    "phone.added": S("{actor}: телефон {number} добавлен", "{actor}: number {number} added"),
    "phone.removed": S("{actor}: телефон {number} убран", "{actor}: number {number} removed"),
    "phone.verified": S("{actor}: телефон {number} подтверждён", "{actor}: number {number} verified"),
    "licence.created": S("{actor}: лицензия {number} заведена", "{actor}: licence {number} created"),
    "licence.changed": S("{actor}: лицензия {number} изменена", "{actor}: licence {number} changed"),
    "licence.extended": S(
        "{actor}: лицензия {number} продлена до {until}", "{actor}: licence {number} extended until {until}"
    ),
    "licence.revoked": S(
        "{actor}: лицензия {number} отозвана: {reason}", "{actor}: licence {number} revoked: {reason}"
    ),
    "trial.created": S("{actor}: пробный период {number} начат", "{actor}: trial {number} started"),
    "trial.extended": S(
        "{actor}: пробный период {number} продлён до {until}", "{actor}: trial {number} extended until {until}"
    ),
    "trial.revoked": S(
        "{actor}: пробный период {number} прекращён: {reason}", "{actor}: trial {number} ended: {reason}"
    ),
    "device.enrolled": S("{actor}: устройство {device} подключено", "{actor}: device {device} enrolled"),
    "device.revoked": S("{actor}: устройство {device} отключено", "{actor}: device {device} cut off"),
    "device.invited": S("{actor}: приглашение для {who}", "{actor}: invitation for {who}"),
    "device.invitation_revoked": S(
        "{actor}: приглашение для {who} отозвано", "{actor}: the invitation for {who} was revoked"
    ),
    "person.data_given": S(
        "{actor}: сведения о человеке выданы архивом", "{actor}: everything about the person was given as an archive"
    ),
    "person.erasure_asked": S(
        "{actor}: просьба удалить сведения, заявка {number}", "{actor}: asked for erasure, request {number}"
    ),
    "person.erased": S(
        "{actor}: карточка обезличена: адресов {addresses}, телефонов {numbers}, заявок {requests}",
        "{actor}: the card was anonymised: {addresses} addresses, {numbers} numbers, {requests} requests",
    ),
    "person.vouched": S(
        "{actor}: принадлежность к организации подтверждена", "{actor}: membership of the organisation confirmed"
    ),
    "person.admin": S(
        "{actor}: администратор организации — {state}", "{actor}: administrator of the organisation: {state}"
    ),
    "import.done": S("{actor}: загрузка «{file}», строк: {rows}", "{actor}: import of “{file}”, {rows} rows"),
    "staff.created": S("{actor}: сотрудник {name} добавлен", "{actor}: {name} joined the staff"),
    "staff.changed": S("{actor}: изменены данные сотрудника {name}", "{actor}: {name}'s record changed"),
    "staff.disabled": S("{actor}: доступ сотрудника {name} закрыт", "{actor}: {name}'s access was closed"),
    "staff.enabled": S("{actor}: доступ сотрудника {name} открыт", "{actor}: {name}'s access was opened"),
    "staff.sessions_ended": S("{actor}: сеансы сотрудника {name} завершены", "{actor}: {name}'s sessions were ended"),
    "staff.signed_in": S("{actor} вошёл(ла)", "{actor} signed in"),
    "api_key.created": S("{actor}: ключ API «{name}» создан", "{actor}: API key “{name}” created"),
    "api_key.revoked": S("{actor}: ключ API «{name}» отозван", "{actor}: API key “{name}” revoked"),
    "staff.locked_out": S(
        "Вход закрыт на время: много неудачных попыток", "Locked out for a while after repeated failures"
    ),
    "calendar.changed": S("{actor}: {date} — {kind}", "{actor}: {date} is {kind}"),
    "calendar.imported": S("{actor}: загружен календарь, дней: {days}", "{actor}: calendar imported, {days} days"),
    "scheme.loaded": S(
        "Схема поддержки {version} действует с {valid_from}", "Support scheme {version} is in force from {valid_from}"
    ),
    "system.backed_up": S(
        "Сохранена резервная копия {name}: файлов {files}, строк {rows}",
        "Backed up to {name}: {files} files, {rows} rows",
    ),
    "system.restored": S(
        "Восстановлено из резервной копии {name}, сделанной {made_at} UTC",
        "Restored from the backup {name} made {made_at} UTC",
    ),
    "mail.left": S(
        "Письмо UID {uid} осталось в папке {folder}: получить его не удалось ({why})",
        "The mail UID {uid} stays in the folder {folder}: it can't be fetched ({why})",
    ),
    "webhook.created": S("{actor}: вебхук {url} добавлен", "{actor}: webhook {url} added"),
    "webhook.changed": S("{actor}: вебхук {url} изменён", "{actor}: webhook {url} changed"),
    "webhook.secret_changed": S(
        "{actor}: у вебхука {url} новый секрет подписи", "{actor}: webhook {url} has a new signing secret"
    ),
    "webhook.switched_on": S("{actor}: вебхук {url} включён", "{actor}: webhook {url} switched on"),
    "webhook.switched_off": S("{actor}: вебхук {url} выключен ({why})", "{actor}: webhook {url} switched off ({why})"),
    "webhook.tested": S("{actor}: проба вебхука {url}", "{actor}: webhook {url} tried"),
    "webhook.deleted": S("{actor}: вебхук {url} удалён", "{actor}: webhook {url} deleted"),
    "sms.line_silent": S("Линия SMS {line} молчит больше 92 секунд", "The SMS line {line} was silent for 92 seconds"),
    "sms.line_back": S("Линия SMS {line} снова на связи", "The SMS line {line} is back"),
    "sms.line_failing": S("Линия SMS {line}: ошибки подряд ({why})", "The SMS line {line} fails in a row ({why})"),
    "sms.sim_swapped": S("Линия SMS {line}: другая SIM-карта", "The SMS line {line} has another SIM card"),
    "sms.uncertain": S("Неизвестно, ушла ли SMS на {to}: {why}", "Nobody knows whether the SMS to {to} left: {why}"),
    "sms.sent": S("SMS {sms} ушла в сеть", "SMS {sms} was taken by the network"),
    "sms.delivered": S("SMS {sms} доставлена", "SMS {sms} was delivered"),
    "sms.failed": S("SMS {sms} не отправлена: {error}", "SMS {sms} failed: {error}"),
    "sms.fate_unknown": S("Неизвестно, ушла ли SMS {sms}: {error}", "Nobody knows whether SMS {sms} left: {error}"),
    "sms.expired": S("SMS {sms} не дождалась линии", "SMS {sms} waited for a line too long"),
    "sms.cancelled": S("SMS {sms} снята с очереди", "SMS {sms} was taken out of the queue"),
    "sms.blocked": S("SMS {sms} не отправлена: владелец номера отписан", "SMS {sms} was held: the number wants none"),
    "sms.received": S("Пришла SMS {sms} на линию {line}", "SMS {sms} came in by the line {line}"),
    "sms.opted_out": S("{number}: больше не присылать SMS", "{number}: wants no more SMS"),
    "sms.opted_in": S("{number}: согласие получать SMS", "{number}: agrees to get SMS"),
    "sms.sent_again": S("{actor}: SMS на {number} отправлена ещё раз", "{actor}: SMS to {number} sent once more"),
    **SMS_CODES,
    **UPDATE_CODES,
}
