"""Codes of automatic updates and of the access for them; a part of ``okibi.journal.codes.CODES``."""

from okibi.kernel.sentence import Sentence as S  # noqa: N817 - the table below is read as a table

UPDATE_CODES: dict[str, S] = {
    "update.planned": S(
        "{actor}: обновление до версии {version} начато, компьютеров: {hosts}",
        "{actor}: the update to version {version} has begun, hosts: {hosts}",
    ),
    "update.stopped": S(
        "{actor}: обновление до версии {version} остановлено — {why}",
        "{actor}: the update to version {version} was stopped: {why}",
    ),
    "update.run_stopped": S(
        "{actor}: обновление «{host}» до версии {version} отменено — {why}",
        "{actor}: the update of “{host}” to version {version} was called off: {why}",
    ),
    "update.run_again": S(
        "{actor}: «{host}» обновляется до версии {version} ещё раз",
        "{actor}: “{host}” is updated to version {version} once more",
    ),
    "update.consented": S(
        "На «{host}» согласились на версию {version}", "At “{host}” they agreed to version {version}"
    ),
    "update.rejected": S(
        "На «{host}» отказались от версии {version}: {why}", "At “{host}” version {version} was refused: {why}"
    ),
    "update.begun": S("На «{host}» ставится версия {version}", "Version {version} is being installed on “{host}”"),
    "update.succeeded": S("На «{host}» работает версия {version}", "“{host}” runs version {version}"),
    "update.failed": S(
        "На «{host}» не удалось поставить версию {version}: {why}",
        "Version {version} could not be installed on “{host}”: {why}",
    ),
    "update.rolled_back": S(
        "«{host}» вернулся к прежней версии после {version}: {why}",
        "“{host}” went back to the old version after {version}: {why}",
    ),
    "update.cancelled": S(
        "На «{host}» обновление до версии {version} остановлено", "The update of “{host}” to version {version} stopped"
    ),
    "update.uncertain": S(
        "На «{host}» неизвестно, чем кончилась установка версии {version}: {why}",
        "How the installation of version {version} ended on “{host}” is unknown: {why}",
    ),
    "update.certificate": S(
        "На «{host}» другой сертификат сигнала: {fingerprint}",
        "“{host}” has another certificate for the signal: {fingerprint}",
    ),
    "update.tested": S("{actor}: связь с «{host}» — {result}", "{actor}: the way to “{host}”: {result}"),
    "update.signed_in": S(
        "Вход на «{host}» под «{login}» для обновления до версии {version}",
        "Signed in at “{host}” as {login} for the update to version {version}",
    ),
    "agreement.login_kept": S(
        "{actor}: введены данные для входа на «{host}» под «{login}»",
        "{actor}: a login at “{host}” was entered: {login}",
    ),
    "agreement.login_forgotten": S(
        "{actor}: данные для входа на «{host}» удалены", "{actor}: the login at “{host}” was deleted"
    ),
    "agreement.recipe_kept": S(
        "{actor}: сказано, что и как ставить на «{host}»", "{actor}: what is installed on “{host}”, and how, was said"
    ),
    "agreement.key_confirmed": S(
        "{actor}: ключ «{host}» подтверждён: {fingerprint}", "{actor}: the key of “{host}” was confirmed: {fingerprint}"
    ),
    "agreement.key_changed": S(
        "Ключ «{host}» изменился, всё остановлено: {fingerprint}",
        "The key of “{host}” has changed, all is stopped: {fingerprint}",
    ),
    "agreement.proposed": S(
        "{actor}: доступ для обновлений № {id} предложен клиенту, компьютеров: {hosts}",
        "{actor}: access for updates no. {id} proposed to the customer, computers: {hosts}",
    ),
    "agreement.confirmed": S(
        "{actor}: доступ для обновлений № {id} подтверждён ({way})",
        "{actor}: access for updates no. {id} confirmed ({way})",
    ),
    "agreement.declined": S(
        "{actor}: доступ для обновлений № {id} отклонён ({way})",
        "{actor}: access for updates no. {id} declined ({way})",
    ),
    "agreement.withdrawn": S(
        "{actor}: доступ для обновлений № {id} отозван{why}, остановлено обновлений: {stopped}",
        "{actor}: access for updates no. {id} withdrawn{why}, updates stopped: {stopped}",
    ),
    "agreement.expired": S(
        "Срок доступа для обновлений № {id} истёк, остановлено обновлений: {stopped}",
        "Access for updates no. {id} has expired, updates stopped: {stopped}",
    ),
}
