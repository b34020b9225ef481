"""Metadata that people sign, as files: carried to where the keys are, signed there, brought back. Needs no database."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tuf.api.exceptions import RepositoryError
from tuf.api.serialization import DeserializationError
from tuf.api.serialization.json import JSONSerializer

from okibi.releases.trust.errors import not_metadata
from okibi.releases.trust.framework import Metadata, Root, Signer, Targets

Draft = Metadata[Any]
PRETTY = JSONSerializer(compact=False)


def read(path: Path) -> Draft:
    """Raises TrustError."""
    try:
        return Metadata.from_bytes(path.read_bytes())
    except (OSError, DeserializationError, RepositoryError):
        raise not_metadata(str(path)) from None


def write(folder: Path, role: str, draft: Draft) -> Path:
    """Lay a draft down as ``<version>.<role>.json``, as it will be called when it is given out."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{draft.signed.version}.{role}.json"
    path.write_bytes(draft.to_bytes(PRETTY))
    return path


def role_of(path: Path) -> str:
    """The role of a draft, from the name of its file."""
    return path.name.removesuffix(".json").partition(".")[2]


def sign(path: Path, signer: Signer) -> Draft:
    """Add one signature to the file. Raises TrustError."""
    draft = read(path)
    draft.sign(signer, append=True)
    path.write_bytes(draft.to_bytes(PRETTY))
    return draft


def says(draft: Draft) -> Sequence[str]:
    """What the file would bind its signer to: roles with their keys and thresholds, or targets with their hashes."""
    signed = draft.signed
    lines = [f"{signed.type} {signed.version} {signed.expires:%Y-%m-%d}"]
    if isinstance(signed, Root):
        roles = sorted(signed.roles.items())
        lines += [f"  {name}: {role.threshold}/{len(role.keyids)} {_short(role.keyids)}" for name, role in roles]
    if isinstance(signed, Targets):
        delegated = sorted((signed.delegations.roles or {}).items()) if signed.delegations else ()
        for name, role in delegated:
            paths = " ".join(role.paths or ())
            lines.append(f"  {name}: {role.threshold}/{len(role.keyids)} {_short(role.keyids)} {paths}")
        lines += [
            f"  {path} {target.hashes['sha256']} {target.length}" for path, target in sorted(signed.targets.items())
        ]
    return [*lines, f"  signed by: {_short(list(draft.signatures)) or '-'}"]


def _short(keyids: Sequence[str]) -> str:
    return " ".join(keyid[:12] for keyid in keyids)
