"""What callers give, as shapes. Texts come without characters that the database refuses."""

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field

from okibi.channels.clean import text_safe

Text = Annotated[str, AfterValidator(text_safe)]
Line = Annotated[str, Field(max_length=200), AfterValidator(text_safe)]
Short = Annotated[str, Field(max_length=40), AfterValidator(text_safe)]
Body = Annotated[str, Field(max_length=100_000), AfterValidator(text_safe)]
Id = Annotated[int, Field(ge=0, le=2**63 - 1)]
Name = Annotated[str, AfterValidator(text_safe)]
Language = Literal["ru", "en"]
Uploads = Annotated[list[Annotated[str, Field(max_length=24), AfterValidator(text_safe)]], Field(max_length=50)]


class DeviceGiven(Schema):
    """The device that enrols. ``environment``: see PUT /device/environment."""

    kind: Literal["desktop", "mobile", "browser", "server", "other"] = "other"
    name: Line = ""
    product: Short = ""
    version: Short = ""
    environment: dict[str, Any] = Field(default_factory=dict)


class EnrolmentGiven(Schema):
    """At most one of licence, trial, invitation; an e-mail gets a six-digit code."""

    licence: Line = ""
    trial: Line = ""
    invitation: Line = ""
    email: Annotated[str, Field(max_length=320), AfterValidator(text_safe)] = ""
    name: Line = ""
    language: Language | None = None
    device: DeviceGiven


class CodeGiven(Schema):
    """The six digits of the letter."""

    code: Short


class DeviceChanges(Schema):
    """What is to be changed; what is left out stays."""

    name: Annotated[str, Field(max_length=120), AfterValidator(text_safe)] | None = None
    language: Language | None = None


class EnvironmentGiven(Schema):
    """What runs where. The report's shape: {system: {family, name, version, build, edition, architecture, api_level},
    dotnet: {release, version}, cpu_mhz, memory_mb, disk_free_mb, locale, app}; every part is optional.
    """

    product: Short = ""
    version: Short = ""
    environment: dict[str, Any] = Field(default_factory=dict)


class PushKeys(Schema):
    """As the browser's PushSubscription gives them, base64url."""

    p256dh: Annotated[str, Field(min_length=80, max_length=120, pattern=r"^[A-Za-z0-9_=-]+$")]
    auth: Annotated[str, Field(min_length=16, max_length=40, pattern=r"^[A-Za-z0-9_=-]+$")]


class PushGiven(Schema):
    """Where the device's pushes go."""

    endpoint: Annotated[str, Field(max_length=1000, pattern=r"^https://[!-~]+$")]
    keys: PushKeys


class VerdictGiven(Schema):
    """A draft, however unfinished."""

    text: Body = ""
    kind: Short = ""
    subject: Annotated[str, Field(max_length=998), AfterValidator(text_safe)] = ""
    product: Short = ""
    version: Short = ""
    environment: dict[str, Any] = Field(default_factory=dict)


class RequestGiven(VerdictGiven):
    """A request. ``kind``: a class of the policy; left out: the desk's rules propose one."""

    text: Body
    uploads: Uploads = Field(default_factory=list)
    written_at: AwareDatetime | None = None


class MessageGiven(Schema):
    """Words, files, or both."""

    text: Body = ""
    uploads: Uploads = Field(default_factory=list)


class ReadGiven(Schema):
    """The id of the last message that was seen."""

    up_to: Id


class WordsGiven(Schema):
    """Why, where there is something to say."""

    text: Body = ""


class RatingGiven(Schema):
    """1 (bad) to 5 (good)."""

    score: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[str, Field(max_length=2000), AfterValidator(text_safe)] = ""


# ---------------------------------------------------------------- the vendor's own systems


class TicketGiven(Schema):
    """A request for a person; the answer goes to the e-mail address."""

    email: Annotated[str, Field(max_length=320, min_length=3), AfterValidator(text_safe)]
    name: Line = ""
    text: Body
    subject: Annotated[str, Field(max_length=998), AfterValidator(text_safe)] = ""
    kind: Short = ""
    product: Short = ""
    version: Short = ""
    licence: Line = ""
    organisation: Line = ""
    language: Language | None = None


class OrganisationGiven(Schema):
    """A legal entity; ``inn``: its taxpayer number."""

    name: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(text_safe)]
    inn: Annotated[str, Field(max_length=12), AfterValidator(text_safe)] = ""
    note: Annotated[str, Field(max_length=5000), AfterValidator(text_safe)] = ""


class PersonGiven(Schema):
    """A user card with its addresses and numbers."""

    name: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(text_safe)]
    organisation_id: Id | None = None
    position: Annotated[str, Field(max_length=120), AfterValidator(text_safe)] = ""
    language: Language = "ru"
    emails: Annotated[list[Annotated[str, Field(max_length=320), AfterValidator(text_safe)]], Field(max_length=20)] = (
        Field(default_factory=list)
    )
    phones: Annotated[list[Line], Field(max_length=20)] = Field(default_factory=list)
    note: Annotated[str, Field(max_length=5000), AfterValidator(text_safe)] = ""


class HolderGiven(Schema):
    """Exactly one of the two."""

    organisation_id: Id | None = None
    person_id: Id | None = None


class LicenceGiven(Schema):
    """Both dates belong to the licence; no ``valid_until``: perpetual; no ``number``: the next of the desk's own."""

    holder: HolderGiven
    products: Annotated[list[Short], Field(min_length=1, max_length=50)]
    modules: Annotated[list[Short], Field(max_length=50)] = Field(default_factory=list)
    seats: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    valid_from: date
    valid_until: date | None = None
    maintenance_until: date | None = None
    number: Short = ""
    note: Annotated[str, Field(max_length=5000), AfterValidator(text_safe)] = ""


class TrialGiven(Schema):
    """A time-limited trial of one product."""

    holder: HolderGiven
    product: Short
    valid_from: date
    valid_until: date
    source: Literal["site", "other"] = "site"
    number: Short = ""
    note: Annotated[str, Field(max_length=5000), AfterValidator(text_safe)] = ""


class ExtensionGiven(Schema):
    """The new last day; null makes a licence perpetual."""

    until: date | None


class RevocationGiven(Schema):
    """Why, and from which day on (today where it is left out)."""

    reason: Annotated[str, Field(min_length=1, max_length=300), AfterValidator(text_safe)]
    on: date | None = None


class TrialExtensionGiven(Schema):
    """The new last day."""

    until: date
