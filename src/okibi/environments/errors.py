"""What can go wrong with a device, its enrolment and its invitation."""

from collections.abc import Sequence
from datetime import date, datetime

from okibi.environments.kinds import EnrolledBy
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError, OkibiError
from okibi.kernel.sentence import Sentence

KINDS = {
    EnrolledBy.LICENCE: Sentence(ru="номер лицензии", en="a licence number"),
    EnrolledBy.TRIAL: Sentence(ru="номер пробной версии", en="a trial number"),
    EnrolledBy.INVITATION: Sentence(ru="код приглашения", en="an invitation code"),
}


class NoSuchDeviceError(NotAllowedError):
    """No such device, a wrong secret, or cut off: one answer for all."""

    code = "no_such_device"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Устройство не подключено или отключено. Подключите его снова.",
                en="The device is not enrolled, or was cut off. Enrol it again.",
            )
        )


class NoSuchEnrolmentError(NotAllowedError):
    """No such enrolment, or another secret."""

    code = "no_such_enrolment"

    def __init__(self) -> None:
        super().__init__(Sentence(ru="Такого подключения нет.", en="There is no such enrolment."))


class UnknownLicenceError(InputError):
    """No licence has this number."""

    code = "unknown_licence"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Лицензии с таким номером мы не нашли. Проверьте номер.",
                en="We found no licence with this number. Please check it.",
            ),
            field="licence",
            given_as="licence",
        )


class UnknownTrialError(InputError):
    """No trial has this number."""

    code = "unknown_trial"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Пробной версии с таким номером мы не нашли. Проверьте номер.",
                en="We found no trial with this number. Please check it.",
            ),
            field="trial",
            given_as="trial",
        )


class OtherKindError(InputError):
    """The number is good, but of another kind than it was given as; ``data["given_as"]``, ``data["kind"]``."""

    code = "other_kind_of_number"

    def __init__(self, given_as: EnrolledBy, kind: EnrolledBy) -> None:
        super().__init__(
            Sentence(
                ru=f"Это {KINDS[kind].ru}, а не {KINDS[given_as].ru}. Впишите его в поле «{kind.value}».",
                en=f"This is {KINDS[kind].en}, not {KINDS[given_as].en}. Please give it as “{kind.value}”.",
            ),
            field=given_as.value,
            given_as=given_as.value,
            kind=kind.value,
        )


class OneNumberError(InputError):
    """More than one of licence, trial and invitation was given."""

    code = "one_number_only"

    def __init__(self, given: Sequence[EnrolledBy]) -> None:
        super().__init__(
            Sentence(
                ru="Укажите что-то одно: номер лицензии, номер пробной версии или код приглашения.",
                en="Please give one of them only: a licence number, a trial number or an invitation code.",
            ),
            field=given[-1].value,
            given_as=given[-1].value,
        )


class UnknownInvitationError(InputError):
    """No living invitation has this code."""

    code = "unknown_invitation"

    def __init__(self, why: Sentence | None = None, **data: str) -> None:
        unknown = Sentence(
            ru="Такого приглашения нет: проверьте код или попросите новое.",
            en="There is no such invitation: check the code, or ask for a new one.",
        )
        super().__init__(why or unknown, field="invitation", given_as="invitation", **data)


class InvitationUsedError(UnknownInvitationError):
    """The code was right, and let a device in already."""

    code = "invitation_used"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Это приглашение уже использовано. Попросите новое.",
                en="This invitation was used already. Please ask for a new one.",
            ),
        )


class InvitationExpiredError(UnknownInvitationError):
    """The code was right once; ``data["expired_on"]``: the last day, by ISO 8601."""

    code = "invitation_expired"

    def __init__(self, on: date) -> None:
        super().__init__(
            Sentence(
                ru=f"Приглашение действовало до {on:%d.%m.%Y}. Попросите новое.",
                en=f"The invitation was good until {on:%Y-%m-%d}. Please ask for a new one.",
            ),
            expired_on=on.isoformat(),
        )


class EmailNeededError(InputError):
    """An invitation for anybody of an organisation was given: who it is must be proved by an e-mail."""

    code = "email_needed"

    def __init__(self) -> None:
        super().__init__(
            Sentence(ru="Напишите адрес e-mail: на него придёт код.", en="Please give an e-mail address for the code."),
            field="email",
        )


class WrongCodeError(InputError):
    """Another code; ``data["tries_left"]`` says how many tries there are."""

    code = "wrong_code"

    def __init__(self, tries_left: int) -> None:
        super().__init__(
            Sentence(
                ru=f"Код не подходит. Осталось попыток: {tries_left}.",
                en=f"This is not the code. Tries left: {tries_left}.",
            ),
            field="code",
            tries_left=tries_left,
        )


class EnrolmentOverError(ConflictError):
    """Expired, or refused after too many wrong codes."""

    code = "enrolment_over"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Подключение не состоялось: срок кода истёк или попытки кончились. Начните заново.",
                en="The enrolment is over: the code expired or the tries ran out. Please begin again.",
            )
        )


class TooManyError(OkibiError):
    """Too many enrolments of one address or licence; ``data["retry_after"]`` in seconds."""

    code = "too_many"
    permanent = False

    def __init__(self, until: datetime) -> None:
        super().__init__(
            Sentence(
                ru="Слишком много подключений подряд. Попробуйте позже.", en="Too many enrolments. Please try later."
            ),
            retry_after=max(1, int((until - now()).total_seconds())),
        )
