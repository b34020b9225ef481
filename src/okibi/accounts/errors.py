"""What can be wrong with an act on staff, in words of both languages."""

from okibi.kernel.sentence import Sentence

NO_SUCH_STAFF = Sentence(ru="Такого сотрудника нет.", en="There is no such member of staff.")
EMAIL_TAKEN = Sentence(ru="Сотрудник с таким адресом уже есть.", en="A member of staff has this address already.")
EMAIL_WRONG = Sentence(ru="Адрес записан неверно.", en="The address is not valid.")
NAME_MISSING = Sentence(ru="Укажите имя.", en="Give a name.")
ROLE_UNKNOWN = Sentence(ru="Такой роли нет.", en="There is no such role.")
ROLES_MISSING = Sentence(ru="Выберите хотя бы одну роль.", en="Choose at least one role.")
LAST_ADMIN = Sentence(
    ru="Это последний администратор: без него некому будет управлять доступом. Сначала назначьте другого.",
    en="This is the last administrator: nobody else could manage access. Appoint another one first.",
)
LINK_DEAD = Sentence(
    ru="Ссылка уже использована или её срок истёк. Попросите администратора выдать новую.",
    en="The link was used already or has expired. Ask an administrator for a new one.",
)
DISABLED = Sentence(
    ru="Доступ этого сотрудника закрыт. Сначала откройте его.", en="This person's access is closed. Open it first."
)
NO_SUCH_SESSION = Sentence(ru="Этот сеанс уже завершён.", en="This session has ended already.")
NO_SUCH_KEY = Sentence(ru="Такого ключа нет, или он отозван.", en="There is no such key, or it was revoked.")
SCOPE_WRONG = Sentence(ru="Выберите хотя бы одно право из списка.", en="Choose at least one right of the list.")
