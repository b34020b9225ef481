"""The repository of The Update Framework, kept in the database, signed by keys of :mod:`.keys`."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.serialization.json import JSONSerializer

from okibi.kernel.clock import now
from okibi.kernel.errors import ConfigurationError
from okibi.kernel.sentence import Sentence
from okibi.releases.trust import keys, store
from okibi.releases.trust.errors import NO_TRUST, TrustError, key_wanted
from okibi.releases.trust.framework import Metadata, MetaFile, Repository, Root, Signer, Snapshot, Targets, Timestamp

LIVES = {"snapshot": timedelta(days=14), "timestamp": timedelta(days=2)}  # signed by the installation itself
SIGNED_BY_PEOPLE = timedelta(days=365)
TOP = ("root", "targets", "snapshot", "timestamp")
_KINDS: dict[str, type[Any]] = {"root": Root, "targets": Targets, "snapshot": Snapshot, "timestamp": Timestamp}


class ReleaseRepository(Repository):
    """Metadata in the table, signed by keys that are kept and by those given for this one act.

    A role whose keys are missing is not written: TrustError. Call it inside a transaction, after ``store.lock()``.
    """

    def __init__(self, signers: Iterable[Signer] = ()) -> None:
        self._given = {signer.public_key.keyid: signer for signer in signers}

    def open(self, role: str) -> Metadata[Any]:
        """The newest version, or an empty one of version 0."""
        found = store.newest(role)
        if found is not None:
            return Metadata.from_bytes(bytes(found.body))
        empty: Metadata[Any] = Metadata(_KINDS.get(role, Targets)())
        empty.signed.version = 0
        return empty

    def close(self, role: str, md: Metadata[Any]) -> None:
        """Write the next version. Raises TrustError where too few of the role's keys are at hand."""
        md.signed.version += 1
        md.signed.expires = (now() + lifetime(role)).replace(microsecond=0)
        md.signatures.clear()
        for keyid in self.keyids(role):
            if signer := self._given.get(keyid) or keys.kept(keyid):
                md.sign(signer, append=True)
        self.take(role, md)

    def take(self, role: str, md: Metadata[Any]) -> None:
        """Write a version that is signed already. Raises TrustError where too few of the role's keys have signed."""
        try:
            self.authority(role, md).verify_delegate(role, md.signed_bytes, md.signatures)
        except UnsignedMetadataError:
            raise _unsigned(role) from None
        store.add(role, md.signed.version, md.to_bytes(JSONSerializer(compact=True)), md.signed.expires)

    def authority(self, role: str, md: Metadata[Any] | None = None) -> Any:
        """Who says which keys sign a role: the root for the four top roles (a new root for itself), else targets."""
        if role == "root" and md is not None:
            return md.signed
        return self.root() if role in TOP else self.targets()

    def keyids(self, role: str) -> list[str]:
        """The keys that count for a role; none where nobody named any."""
        delegator = self.authority(role)
        if role in TOP:
            return list(delegator.roles[role].keyids)
        found = (delegator.delegations.roles or {}).get(role) if delegator.delegations else None
        return list(found.keyids) if found else []

    @property
    def products(self) -> list[str]:
        """The products that have a key."""
        delegations = self.targets().delegations
        return sorted(delegations.roles or {}) if delegations else []

    @property
    def targets_infos(self) -> dict[str, MetaFile]:
        """The versions that a snapshot binds together."""
        found = {role: store.newest(role) for role in ("targets", *self.products)}
        return {f"{role}.json": MetaFile(row.version) for role, row in found.items() if row is not None}

    @property
    def snapshot_info(self) -> MetaFile:
        """The version that a timestamp names."""
        row = store.newest("snapshot")
        return MetaFile(row.version if row else 1)

    def announce(self) -> None:
        """A new snapshot and timestamp where something has changed."""
        self.do_snapshot()
        self.do_timestamp()


def lifetime(role: str) -> timedelta:
    """How long a version of a role's metadata holds."""
    return LIVES.get(role, SIGNED_BY_PEOPLE)


def is_there() -> bool:
    """Whether the ceremony was held: there is a root."""
    return store.newest("root") is not None


def needed() -> None:
    """Raises TrustError where the ceremony was not held yet."""
    if not is_there():
        raise TrustError(NO_TRUST)


def _unsigned(role: str) -> Exception:
    if role in LIVES:
        return ConfigurationError(
            Sentence(
                f"В папке секретов нет ключа роли {role}: okibi release keys rotate {role}.",
                f"The key of the role {role} is not among the secrets: okibi release keys rotate {role}.",
            )
        )
    return key_wanted(role)
