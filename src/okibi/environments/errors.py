"""What can go wrong with a device, its enrolment and its invitation."""

from datetime import datetime

from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError, OkibiError
from okibi.kernel.sentence import Sentence


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
        )


class UnknownInvitationError(InputError):
    """No living invitation has this code: unknown, used, expired."""

    code = "unknown_invitation"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                ru="Приглашение не подходит: код неверен, уже использован или его срок истёк. Попросите новое.",
                en="The invitation is not valid: a wrong code, used already, or expired. Please ask for a new one.",
            ),
            field="invitation",
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
