"""A trial from the site: asked for, confirmed by e-mail, given once to an organisation and once to a person.

One mailbox is one person, however its address is written (``+tag``, dots, another domain of the same provider); people
of one domain are one organisation, unless everybody may have an address there.

Nothing is stored until the address is confirmed, and what the form answers is the same for everybody: it tells a
stranger neither who is a customer nor who had a trial. The desk may lengthen a trial or give another one by hand.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from okibi.channels import outbox
from okibi.channels.port import Party
from okibi.customers import selectors as customers
from okibi.customers import services as cards
from okibi.customers.errors import BadAddressError
from okibi.customers.keys import address_key, address_likeness, clean_address
from okibi.customers.models import EmailAddress, Organisation, Person, Trial
from okibi.customers.services import Holder
from okibi.flows import letters
from okibi.flows.answers import desk_name
from okibi.flows.downloads import key_of_number
from okibi.flows.licences import create_trial
from okibi.flows.links import absolute, downloads
from okibi.journal.services import Actor
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.kernel.signing import sign, unsign
from okibi.policy.public_mail import is_public
from okibi.releases.models import ProductLine
from okibi.schemes.services import in_force

ASKED = "trial"  # what a confirming link is signed for
LIFETIME = 48 * 3600  # seconds
NOT_HERE = Sentence(
    ru="Пробной версии этого продукта на сайте нет.", en="No trial of this product is given on the site."
)
BAD_ADDRESS = Sentence(ru="Это не похоже на адрес e-mail.", en="This does not look like an e-mail address.")
HAD_ONE = Sentence(
    ru="Пробная версия по этому адресу уже выдавалась и закончилась. Напишите нам, если нужно ещё время.",
    en="A trial of this product was given to this address, and it is over. Write to us if you need more time.",
)
ORGANISATION_HAD_ONE = Sentence(
    ru="Ваша организация уже пробовала этот продукт. Напишите нам: мы можем выдать пробную версию ещё раз.",
    en="Your organisation has tried this product already. Write to us: we can give another trial.",
)


MAILBOX_HAD_ONE = Sentence(
    ru="В этот почтовый ящик пробная версия уже выдавалась. Напишите нам, если нужно ещё время.",
    en="A trial of this product was given to this mailbox already. Write to us if you need more time.",
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for. ``organisation`` "" for a private person."""

    product: str
    name: str
    organisation: str
    address: str
    language: str


def days_of(product: str) -> int:
    """For how many days a trial of a product is given on the site. Raises NotAllowedError where none is."""
    line = ProductLine.objects.filter(product=product).first()
    if line is None or not line.trial_days or in_force(now()).scheme.product(product) is None:
        raise NotAllowedError(NOT_HERE)
    return line.trial_days


def ask(wish: Wish, form_id: str) -> None:
    """Send the confirming link; the same ``form_id`` sends it once. Raises NotAllowedError, InputError."""
    days = days_of(wish.product)
    try:
        address = clean_address(wish.address)
    except BadAddressError as error:
        raise InputError(BAD_ADDRESS, field="address") from error
    signed = sign(ASKED, [wish.product, wish.name, wish.organisation, address, wish.language])
    _send("trial_confirm", address, wish, f"trial:{form_id}", link=confirm_link(signed), days=days)


def confirm_link(signed: str) -> str:
    """Where a trial is confirmed; opening it changes nothing."""
    return absolute(f"/download/trial/{signed}/")


def wish_of(signed: str) -> Wish:
    """What a confirming link asks for. Raises NotAllowedError."""
    try:
        product, name, organisation, address, language = unsign(ASKED, signed, LIFETIME)
    except (ValueError, TypeError) as error:
        raise NotAllowedError(NOT_HERE) from error
    return Wish(product, name, organisation, address, language)


@transaction.atomic
def give(signed: str) -> Trial:
    """Give the trial that a confirmed address asked for; a second time gives the same one.

    Raises NotAllowedError (the link, no trials here), ConflictError where there was one already.
    """
    wish = wish_of(signed)
    days = days_of(wish.product)
    ProductLine.objects.select_for_update().get(product=wish.product)  # two links of one person are two in a row
    today = now().astimezone(in_force(now()).scheme.zone).date()
    actor = Actor("person", name=wish.name)
    person = customers.person_by_email(wish.address)
    if person is not None:
        had = _had_by(person, wish.product)
        if had is not None:
            if had.revoked_on is not None or had.valid_until < today:
                raise ConflictError(HAD_ONE)
            return had
    holder = _holder(wish, person, actor)
    trial = create_trial(
        holder=holder,
        product=wish.product,
        valid_from=today,
        valid_until=today + timedelta(days=days),
        actor=actor,
        source=Trial.Source.SITE,
    )
    fields = {"number": trial.number, "until": trial.valid_until, "link": downloads(wish.product)}
    _send("trial_given", wish.address, wish, f"trial_given:{trial.pk}", **fields)
    return trial


def key_of(trial: Trial) -> str:
    """The key with which the trial's build is fetched."""
    return key_of_number(trial.number)


def _had_by(person: Person, product: str) -> Trial | None:
    """The newest trial of the product that was the person's, or their organisation's where somebody vouched for it."""
    mine = Q(person_id__in=customers.card_ids(person.pk))
    if person.organisation_id is not None:
        mine |= Q(organisation_id=person.organisation_id)
    return Trial.objects.filter(mine, product=product).order_by("-valid_until", "-pk").first()


def _holder(wish: Wish, person: Person | None, actor: Actor) -> Holder:
    """Who holds it: a new organisation for its first person, the card's own otherwise. Raises ConflictError."""
    if person is not None:
        vouched = person.organisation_id is not None and not person.organisation_claimed
        if person.organisation_id is not None:
            _check_first(person.organisation_id, wish.product)
        return Holder(organisation_id=person.organisation_id) if vouched else Holder(person_id=person.pk)
    _check_mailbox(address_key(wish.address), wish.product)
    named = list(customers.organisations_named(wish.organisation)) if wish.organisation else []
    for each in named:
        _check_first(each.pk, wish.product)
    organisation = named[0] if named else _new_organisation(wish, actor)
    card = cards.create_person(
        name=wish.name,
        actor=actor,
        organisation_id=organisation.pk if organisation else None,
        language=wish.language,
        organisation_claimed=organisation is not None,
    )
    cards.add_email(card.pk, wish.address, actor=actor, verified_at=now())
    # Somebody who only names an organisation that we know speaks for themselves, not for it.
    return Holder(organisation_id=organisation.pk) if organisation and not named else Holder(person_id=card.pk)


def _new_organisation(wish: Wish, actor: Actor) -> Organisation | None:
    return cards.create_organisation(name=wish.organisation, actor=actor) if wish.organisation else None


def _check_first(organisation_id: int, product: str) -> None:
    theirs = Q(organisation_id=organisation_id) | Q(person__organisation_id=organisation_id)
    if Trial.objects.filter(theirs, product=product).exists():
        raise ConflictError(ORGANISATION_HAD_ONE)


def _check_mailbox(key: str, product: str) -> None:
    """Whoever we do not know yet may be somebody who had a trial, or their colleague. Raises ConflictError."""
    given = Trial.objects.filter(product=product)
    if given.filter(_held_by(likeness=address_likeness(key))).exists():
        raise ConflictError(MAILBOX_HAD_ONE)
    domain = key.rpartition("@")[2]
    if not is_public(domain) and given.filter(_held_by(key__endswith=f"@{domain}")).exists():
        raise ConflictError(ORGANISATION_HAD_ONE)


def _held_by(**emails: str) -> Q:
    """Trials of people, or of the organisations of people, who have such an address."""
    people = EmailAddress.objects.filter(**emails).values("person_id")
    organisations = Person.objects.filter(pk__in=people, organisation__isnull=False).values("organisation_id")
    return Q(person_id__in=people) | Q(organisation_id__in=organisations)


def _send(name: str, address: str, wish: Wish, key: str, **fields: object) -> None:
    scheme = in_force(now()).scheme
    part = scheme.product(wish.product)
    shared = {"name": wish.name, "product": part.name if part else None, "vendor": desk_name(scheme)}
    shared["vendor"] = desk_name(scheme).in_language(wish.language)
    letter = letters.write(name, wish.language, {**shared, "hours": LIFETIME // 3600, **fields})
    outbox.put(
        kind="email", key=key, to=Party(address, wish.name), subject=letter.subject, text=letter.text,
        html=letter.html, automatic=True, about=("trial", 0),
    )  # fmt: skip
