"""What callers give, as shapes. Texts come without characters that the database refuses."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, Field, StrictBool
from pydantic_core import PydanticCustomError

from okibi.channels.clean import text_safe

Text = Annotated[str, AfterValidator(text_safe)]
Line = Annotated[str, Field(max_length=200), AfterValidator(text_safe)]
Short = Annotated[str, Field(max_length=40), AfterValidator(text_safe)]
Body = Annotated[str, Field(max_length=100_000), AfterValidator(text_safe)]
Id = Annotated[int, Field(ge=0, le=2**63 - 1)]
Name = Annotated[str, AfterValidator(text_safe)]


def _whole(value: object) -> object:
    """A number of JSON is no text and no truth."""
    if isinstance(value, (bool, str)):
        raise PydanticCustomError("int_type", "not a number")
    return value


Whole = BeforeValidator(_whole)


def _written(value: object) -> object:
    """Moments and dates are texts: a number of seconds is none."""
    if value is None or isinstance(value, date) or (isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value)):
        return value
    raise PydanticCustomError("datetime_parsing", "not written by ISO 8601")


def _by_utc(value: datetime) -> datetime:
    """The same moment by UTC: the database knows no offset beyond sixteen hours, a year has no day before its first."""
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError("datetime_parsing", "before or after all time") from error


Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_by_utc)]
Day = Annotated[date, BeforeValidator(_written)]
Language = Literal["ru", "en"]
Uploads = Annotated[list[Annotated[str, Field(max_length=24), AfterValidator(text_safe)]], Field(max_length=50)]


class DeviceGiven(BaseModel):
    """The device that enrols. ``environment``: see PUT /device/environment."""

    kind: Literal["desktop", "mobile", "browser", "server", "other"] = "other"
    name: Line = ""
    product: Short = ""
    version: Short = ""
    environment: dict[str, Any] = Field(default_factory=dict)


class EnrolmentGiven(BaseModel):
    """At most one of licence, trial, invitation; an e-mail gets a six-digit code."""

    licence: Line = ""
    trial: Line = ""
    invitation: Line = ""
    email: Annotated[str, Field(max_length=320), AfterValidator(text_safe)] = ""
    name: Line = ""
    language: Language | None = None
    device: DeviceGiven


class CodeGiven(BaseModel):
    """The six digits of the letter."""

    code: Short


class DeviceChanges(BaseModel):
    """What is to be changed; what is left out stays."""

    name: Annotated[str, Field(max_length=120), AfterValidator(text_safe)] | None = None
    language: Language | None = None


class EnvironmentGiven(BaseModel):
    """What runs where. The report's shape: {system: {family, name, version, build, edition, architecture, api_level},
    dotnet: {release, version}, cpu_mhz, memory_mb, disk_free_mb, locale, app}; every part is optional. A server with
    the SMS module adds gateway: {connected, model, last_seen}: it is covered only while a gateway is connected.
    """

    product: Short = ""
    version: Short = ""
    environment: dict[str, Any] = Field(default_factory=dict)


class UpdateAsked(BaseModel):
    """What is installed and on what; left out: as it was reported."""

    product: Short = ""
    version: Short = ""
    channel: Literal["stable", "beta"] = "stable"
    platform: Literal["", "windows", "android", "linux"] = ""
    architecture: Short = ""
    system: Short = ""


class PushKeys(BaseModel):
    """As the browser's PushSubscription gives them, base64url."""

    p256dh: Annotated[str, Field(min_length=80, max_length=120, pattern=r"^[A-Za-z0-9_=-]+$")]
    auth: Annotated[str, Field(min_length=16, max_length=40, pattern=r"^[A-Za-z0-9_=-]+$")]


class PushGiven(BaseModel):
    """Where the device's pushes go."""

    endpoint: Annotated[str, Field(max_length=1000, pattern=r"^https?://[!-~]+$")]  # http: the trial server alone
    keys: PushKeys


class VerdictGiven(BaseModel):
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
    written_at: Moment | None = None


class MessageGiven(BaseModel):
    """Words, files, or both."""

    text: Body = ""
    uploads: Uploads = Field(default_factory=list)


class ReadGiven(BaseModel):
    """The id of the last message that was seen."""

    up_to: Annotated[Id, Whole]


class WordsGiven(BaseModel):
    """Why, where there is something to say."""

    text: Body = ""


class RatingGiven(BaseModel):
    """1 (bad) to 5 (good)."""

    score: Annotated[int, Field(ge=1, le=5), Whole]
    text: Annotated[str, Field(max_length=2000), AfterValidator(text_safe)] = ""


# ---------------------------------------------------------------- the vendor's own systems


class TicketGiven(BaseModel):
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
    uploads: Uploads = Field(default_factory=list)


class OrganisationGiven(BaseModel):
    """A legal entity; ``inn``: its taxpayer number."""

    name: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(text_safe)]
    inn: Annotated[str, Field(max_length=12), AfterValidator(text_safe)] = ""
    note: Annotated[str, Field(max_length=5000), AfterValidator(text_safe)] = ""


class PersonGiven(BaseModel):
    """A user card with its addresses and numbers."""

    name: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(text_safe)]
    organisation_id: Annotated[Id, Whole] | None = None
    position: Annotated[str, Field(max_length=120), AfterValidator(text_safe)] = ""
    language: Language = "ru"
    emails: Annotated[list[Annotated[str, Field(max_length=320), AfterValidator(text_safe)]], Field(max_length=20)] = (
        Field(default_factory=list)
    )
    phones: Annotated[list[Line], Field(max_length=20)] = Field(default_factory=list)
    note: Annotated[str, Field(max_length=5000), AfterValidator(text_safe)] = ""


class HolderGiven(BaseModel):
    """Exactly one of the two."""

    organisation_id: Annotated[Id, Whole] | None = None
    person_id: Annotated[Id, Whole] | None = None


class LicenceGiven(BaseModel):
    """Both dates belong to the licence; no ``valid_until``: perpetual; no ``number``: the next of the desk's own."""

    holder: HolderGiven
    products: Annotated[list[Short], Field(min_length=1, max_length=50)]
    modules: Annotated[list[Short], Field(max_length=50)] = Field(default_factory=list)
    seats: Annotated[int, Field(ge=1, le=1_000_000), Whole] = 1
    valid_from: Day
    valid_until: Day | None = None
    maintenance_until: Day | None = None
    number: Short = ""
    note: Annotated[str, Field(max_length=5000), AfterValidator(text_safe)] = ""


class TrialGiven(BaseModel):
    """A time-limited trial of one product."""

    holder: HolderGiven
    product: Short
    valid_from: Day
    valid_until: Day
    source: Literal["site", "other"] = "site"
    number: Short = ""
    note: Annotated[str, Field(max_length=5000), AfterValidator(text_safe)] = ""


class ExtensionGiven(BaseModel):
    """The new last day; null makes a licence perpetual."""

    until: Day | None


class RevocationGiven(BaseModel):
    """Why, and from which day on (today where it is left out)."""

    reason: Annotated[str, Field(min_length=1, max_length=300), AfterValidator(text_safe)]
    on: Day | None = None


class TrialExtensionGiven(BaseModel):
    """The new last day."""

    until: Day


class ReleaseGiven(BaseModel):
    """A version as its maker wants it; what is left out goes back to what stands here."""

    channel: Literal["stable", "beta"] = "stable"
    notes_ru: Annotated[str, Field(max_length=50_000), AfterValidator(text_safe)] = ""
    notes_en: Annotated[str, Field(max_length=50_000), AfterValidator(text_safe)] = ""
    ring: Literal["internal", "pilot", "everybody"] = "everybody"
    percent: Annotated[int, Field(ge=0, le=100), Whole] = 100
    floor: StrictBool = False
    forced_below: Short = ""


class PackageGiven(BaseModel):
    """A whole upload that this key brought; platform and processor count for archives only."""

    upload: Annotated[str, Field(max_length=24), AfterValidator(text_safe)]
    platform: Literal["", "windows", "android", "linux"] = ""
    architecture: Literal["", "any", "x86", "x64", "arm64"] = ""


class ReasonGiven(BaseModel):
    """Why."""

    reason: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(text_safe)]


class AgreementAnswerGiven(BaseModel):
    """The customer's yes or no to access for automatic updates."""

    yes: StrictBool


class WhyGiven(BaseModel):
    """Why, where there is something to say."""

    reason: Annotated[str, Field(max_length=500), AfterValidator(text_safe)] = ""
