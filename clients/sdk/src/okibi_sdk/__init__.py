"""Place and follow support requests from inside an application."""

from okibi_sdk.client import AsyncClient, Client
from okibi_sdk.core.session import Patience
from okibi_sdk.environment import EnvironmentReport, collect
from okibi_sdk.models import (
    Attachment,
    Device,
    Draft,
    Enrolment,
    Event,
    Message,
    Page,
    Policy,
    Request,
    Said,
    Similar,
    Step,
    Verdict,
    VerdictLine,
    Wish,
)
from okibi_sdk.operations.uploads import Progress
from okibi_sdk.outbox import Outbox, Sending, State, Waiting
from okibi_sdk.places import home
from okibi_sdk.problems import (
    ConflictError,
    InvalidError,
    NoConnectionError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
    OkibiError,
    ProblemError,
    ServerFaultError,
    TooManyError,
    UnexpectedAnswerError,
)
from okibi_sdk.sources import BytesSource, FileMemory, FileSource
from okibi_sdk.tokens import KeyFile, Keys

__all__ = [
    "AsyncClient",
    "Attachment",
    "BytesSource",
    "Client",
    "ConflictError",
    "Device",
    "Draft",
    "Enrolment",
    "EnvironmentReport",
    "Event",
    "FileMemory",
    "FileSource",
    "InvalidError",
    "KeyFile",
    "Keys",
    "Message",
    "NoConnectionError",
    "NotAllowedError",
    "NotFoundError",
    "NotSignedInError",
    "OkibiError",
    "Outbox",
    "Page",
    "Patience",
    "Policy",
    "ProblemError",
    "Progress",
    "Request",
    "Said",
    "Sending",
    "ServerFaultError",
    "Similar",
    "State",
    "Step",
    "TooManyError",
    "UnexpectedAnswerError",
    "Verdict",
    "VerdictLine",
    "Waiting",
    "Wish",
    "collect",
    "home",
]
