"""The ceremony: what may be signed by whom is drafted here, signed by people, and taken in when signed enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from tuf.api.exceptions import UnsignedMetadataError

from okibi.journal.services import Actor, record
from okibi.kernel.clock import now
from okibi.kernel.errors import ConflictError
from okibi.kernel.sentence import Sentence
from okibi.releases.trust import keys, store
from okibi.releases.trust.drafts import Draft
from okibi.releases.trust.errors import TrustError, expired, not_delegated, unsigned, wrong_version
from okibi.releases.trust.framework import DelegatedRole, Delegations, Key, Metadata, Root, Targets
from okibi.releases.trust.repository import SIGNED_BY_PEOPLE, ReleaseRepository, is_there, needed

ONLINE = ("snapshot", "timestamp")
HELD_ALREADY = Sentence(
    "Ключи выпуска уже есть; сменить их: okibi release keys rotate.",
    "There are release keys already; to change them: okibi release keys rotate.",
)
TOO_FEW = Sentence("Ключей меньше, чем нужно подписей.", "There are fewer keys than signatures are needed.")
NO_SUCH_KEY = Sentence("У роли нет такого ключа.", "The role has no such key.")


@dataclass(frozen=True, slots=True)
class Standing:
    """One role: its newest version, until when it holds, which keys sign it, and which of them are kept here."""

    role: str
    version: int
    expires_at: datetime
    threshold: int
    keyids: Sequence[str]
    kept: Sequence[str]


def begin(root: Sequence[Key], threshold: int, targets: Sequence[Key], targets_threshold: int = 1) -> dict[str, Draft]:
    """The first root and targets; the two online keys are made and kept. Raises ConflictError, TrustError."""
    if is_there():
        raise ConflictError(HELD_ALREADY)
    _enough(root, threshold)
    _enough(targets, targets_threshold)
    signed = Root(version=1, expires=_ends(), consistent_snapshot=True)
    for role, holders, least in (("root", root, threshold), ("targets", targets, targets_threshold)):
        for key in holders:
            signed.add_key(key, role)
        signed.roles[role].threshold = least
    for role in ONLINE:
        signed.add_key(keys.keep_new(), role)
    return {"root": Metadata(signed), "targets": Metadata(Targets(version=1, expires=_ends()))}


def add_product(product: str, holders: Sequence[Key], threshold: int = 1) -> dict[str, Draft]:
    """Delegate ``<product>/*`` to the keys of its release manager. Raises TrustError."""
    needed()
    _enough(holders, threshold)
    targets, files = _next("targets"), _next(product)
    if targets.signed.delegations is None:
        targets.signed.delegations = Delegations({}, {})
    delegations = targets.signed.delegations
    delegations.roles[product] = DelegatedRole(product, [], threshold, terminating=True, paths=[f"{product}/*/*"])
    for key in holders:
        targets.signed.add_key(key, product)
    return {"targets": targets, product: files}


def rotate(
    role: str, come: Sequence[Key] = (), go: Sequence[str] = (), threshold: int | None = None
) -> dict[str, Draft]:
    """Other keys for a role, or the same ones for another year; an online role gets a new key of its own.

    ``go``: beginnings of key ids. Raises TrustError.
    """
    needed()
    if role in ("root", "targets", *ONLINE):
        root = _next("root")
        if role in ONLINE:
            come, go = [keys.keep_new()], list(root.signed.roles[role].keyids)
        _change(root.signed, root.signed.roles[role], role, come, go, threshold)
        return {"root": root} | ({"targets": _next("targets")} if role == "targets" else {})
    targets = _next("targets")
    delegated = (targets.signed.delegations.roles or {}) if targets.signed.delegations else {}
    if role not in delegated:
        raise not_delegated(role)
    _change(targets.signed, delegated[role], role, come, go, threshold)
    return {"targets": targets, role: _next(role)}


@transaction.atomic
def install(drafts: Mapping[str, Draft], actor: Actor) -> None:
    """Take in what is signed enough, and announce it; all or nothing. Raises TrustError saying what is missing."""
    store.lock()
    repository = ReleaseRepository()
    if "root" not in drafts:
        needed()
    before = _counting(repository)
    for role in sorted(drafts, key=lambda name: (name != "root", name != "targets", name)):
        draft = drafts[role]
        wanted = repository.open(role).signed.version + 1
        if draft.signed.version != wanted:
            raise wrong_version(role, draft.signed.version, wanted)
        if draft.signed.is_expired(now()):
            raise expired(role)
        if role == "root" and wanted > 1:
            _verified(repository.root(), role, draft)
        _verified(repository.authority(role, draft), role, draft)
        repository.take(role, draft)
    for role in ("targets", *repository.products):
        _verified(repository.authority(role), role, repository.open(role))
    repository.announce()
    gone = before - _counting(repository)
    transaction.on_commit(lambda: [keys.forget(keyid) for keyid in gone] and None)  # kept here, and good for nothing
    record("release.keys_changed", ("release_keys", 0), actor, {"roles": ", ".join(sorted(drafts))})


def standings() -> list[Standing]:
    """Every role as it stands, root first; none before the ceremony."""
    if not is_there():
        return []
    repository = ReleaseRepository()
    found = []
    for role in ("root", "targets", *ONLINE, *repository.products):
        row, delegator = store.newest(role), repository.authority(role)
        keyids = repository.keyids(role)
        named = delegator.roles if isinstance(delegator, Root) else delegator.delegations.roles
        if row is not None:
            kept = [keyid for keyid in keyids if keys.kept(keyid)]
            found.append(Standing(role, row.version, row.expires_at, named[role].threshold, keyids, kept))
    return found


def missing(drafts: Mapping[str, Draft]) -> dict[str, str]:
    """By role, why a draft can't be taken in yet; empty when all can. Judged as :func:`install` does, nothing kept."""
    found: dict[str, str] = {}
    root = drafts["root"].signed if "root" in drafts else ReleaseRepository().root()
    targets = drafts["targets"].signed if "targets" in drafts else None
    for role, draft in drafts.items():
        judges = [root if role in ("root", "targets") else targets or ReleaseRepository().targets()]
        if role == "root" and draft.signed.version > 1:
            judges.append(ReleaseRepository().root())
        for judge in judges:
            result = judge.get_verification_result(role, draft.signed_bytes, draft.signatures)
            if not result.verified:
                found[role] = f"{len(result.signed)}/{result.threshold}"
    return found


def _counting(repository: ReleaseRepository) -> set[str]:
    """The keys that may sign for some role; none before the ceremony."""
    roles = ("root", "targets", *ONLINE, *repository.products) if is_there() else ()
    return {keyid for role in roles for keyid in repository.keyids(role)}


def _next(role: str) -> Draft:
    draft = ReleaseRepository().open(role)
    draft.signed.version += 1
    draft.signed.expires = _ends()
    draft.signatures.clear()
    return draft


def _change(signed: Any, role: Any, name: str, come: Sequence[Key], go: Sequence[str], threshold: int | None) -> None:
    for beginning in go:
        found = [keyid for keyid in role.keyids if beginning and keyid.startswith(beginning)]
        if len(found) != 1:
            raise TrustError(NO_SUCH_KEY)
        signed.revoke_key(found[0], name)
    for key in come:
        signed.add_key(key, name)
    if threshold is not None:
        role.threshold = threshold
    _enough(role.keyids, role.threshold)


def _enough(holders: Sequence[object], threshold: int) -> None:
    if not 1 <= threshold <= len(holders):
        raise TrustError(TOO_FEW)


def _verified(judge: Any, role: str, draft: Draft) -> None:
    try:
        judge.verify_delegate(role, draft.signed_bytes, draft.signatures)
    except UnsignedMetadataError:
        result = judge.get_verification_result(role, draft.signed_bytes, draft.signatures)
        raise unsigned(role, len(result.signed), result.threshold) from None


def _ends() -> datetime:
    return (now() + SIGNED_BY_PEOPLE).replace(microsecond=0)
