"""Refusing a request: on which ground, with which reasons, and in which form (scheme.md §5).

"Where a proposal cannot be carried out, its author gets a reasoned refusal in the same form in which the request
was placed."
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence

LEAST_REASON_SIGNS = 20
LEAST_REASON_WORDS = 3


class RefusalGround(StrEnum):
    """Why a request is refused; stable codes."""

    NOT_COVERED = "not_covered"
    ENVIRONMENT = "environment"
    OUT_OF_SCOPE = "out_of_scope"
    IMPOSSIBLE = "technically_impossible"
    CONFLICTS = "conflicts"
    LAW = "contradicts_law"
    DUPLICATE = "duplicate"
    NOT_REPRODUCIBLE = "not_reproducible"
    NO_ANSWER = "no_answer"
    AS_DESIGNED = "works_as_designed"
    NOT_A_REQUEST = "not_a_request"

    @property
    def sentence(self) -> Sentence:
        return _SENTENCES[self]


_SENTENCES: Mapping[RefusalGround, Sentence] = MappingProxyType(
    {
        RefusalGround.NOT_COVERED: Sentence(
            "На момент обращения поддержка на вас не распространяется.",
            "At the moment of asking you are not covered by support.",
        ),
        RefusalGround.ENVIRONMENT: Sentence(
            "Ваша среда не соответствует требованиям схемы поддержки.",
            "Your environment does not meet the requirements of the support scheme.",
        ),
        RefusalGround.OUT_OF_SCOPE: Sentence(
            "Просьба не относится к технической поддержке нашего программного обеспечения.",
            "The request is not about technical support of our software.",
        ),
        RefusalGround.IMPOSSIBLE: Sentence(
            "Выполнить это технически невозможно.",
            "This is technically impossible to carry out.",
        ),
        RefusalGround.CONFLICTS: Sentence(
            "Изменение нарушило бы работу других пользователей.",
            "The change would break the work of other customers.",
        ),
        RefusalGround.LAW: Sentence("Изменение противоречило бы закону.", "The change would be against the law."),
        RefusalGround.DUPLICATE: Sentence(
            "Эта просьба уже рассматривается в другой заявке.",
            "The same is already being dealt with in another request.",
        ),
        RefusalGround.NOT_REPRODUCIBLE: Sentence(
            "Нам не удалось воспроизвести описанную ошибку.",
            "We could not reproduce the failure that was described.",
        ),
        RefusalGround.NO_ANSWER: Sentence(
            "Мы не получили сведений, без которых продолжить работу нельзя.",
            "We did not receive the information without which the work cannot go on.",
        ),
        RefusalGround.AS_DESIGNED: Sentence(
            "Программа работает так, как задумано и описано.",
            "The software works as it is designed and described.",
        ),
        RefusalGround.NOT_A_REQUEST: Sentence(
            "Письмо не содержит просьбы о поддержке.",
            "The message holds no request for support.",
        ),
    }
)


class RefusalError(InputError):
    """A refusal is not complete: it lacks its ground or its reasons."""

    code = "refusal"


def check_reasons(reasons: str | None) -> str:
    """The reasons, trimmed. Raises :class:`RefusalError` unless they are at least a short sentence in words."""
    text = " ".join((reasons or "").split())
    words = [word for word in text.split() if any(sign.isalpha() for sign in word)]
    signs = sum(1 for sign in text if not sign.isspace())
    varied = len({sign.lower() for sign in text if sign.isalpha()}) >= 5  # "ааааааа ааааааа" says nothing
    if signs < LEAST_REASON_SIGNS or len(words) < LEAST_REASON_WORDS or not varied:
        raise RefusalError(
            Sentence(
                "Напишите причины отказа хотя бы одним предложением: их прочитает автор заявки.",
                "Please give the reasons in at least one sentence: the author of the request will read them.",
            ),
            least_signs=LEAST_REASON_SIGNS,
        )
    return (reasons or "").strip()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A complete refusal: a ground, the reasons in a specialist's words, and JSON-able facts that bear it out.

    Raises :class:`RefusalError` where the reasons are not even a sentence, or where a duplicate does not name the
    other request (``facts["duplicate_of"]``).
    """

    ground: RefusalGround
    reasons: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reasons", check_reasons(self.reasons))
        if self.ground is RefusalGround.DUPLICATE and not self.facts.get("duplicate_of"):
            raise RefusalError(
                Sentence(
                    "Укажите номер заявки, которую повторяет эта.", "Please name the request that this one repeats."
                )
            )

    def to_json(self) -> dict[str, Any]:
        return {"ground": self.ground.value, "reasons": self.reasons, "facts": dict(self.facts)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Refusal":
        return cls(RefusalGround(value["ground"]), value["reasons"], dict(value.get("facts") or {}))


def answer_channel(request_channel: str) -> str:
    """The channel of the answer: the one that the request came by, always (scheme.md §5)."""
    return request_channel
