"""What the other ``okibi release keys`` commands do, on the server: draft what is to be signed, take in what is."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from okibi.customers.selectors import licence_by_number, trial_by_number
from okibi.environments.selectors import by_public_id
from okibi.journal.services import Actor
from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.ops.commands.language import complain, terminal_language
from okibi.ops.key_files import NO_KEY, signers_of
from okibi.policy.rollout import Ring
from okibi.releases import rings
from okibi.releases.trust import ceremony, drafts, keys, offers
from okibi.releases.trust.drafts import Draft
from okibi.releases.trust.errors import NO_TRUST, key_wanted
from okibi.releases.trust.framework import CryptoSigner

ACTOR = Actor("system", name="okibi release keys")
IN_USE = Sentence("Подписано и принято.", "Signed and taken in.")
NEXT = Sentence(
    "Подпишите файлы (okibi release keys sign ФАЙЛ --key КЛЮЧ), затем примите: okibi release keys install",
    "Sign the files (okibi release keys sign FILE --key KEY), then take them in: okibi release keys install",
)
NO_SUCH_KEY = Sentence("Такого ключа на сервере нет.", "The server keeps no such key.")
ONLY_FILES = Sentence("Сервер хранит только ключи из файлов.", "The server keeps keys of files only.")


def run(args: argparse.Namespace, data: Path) -> int:
    """0 done, 1 something is left to do. Raises TrustError, ConflictError."""
    return _ACTS[args.keys_act](args, data)


def _init(args: argparse.Namespace, data: Path) -> int:
    root, targets = [keys.read_public(each) for each in args.root], [keys.read_public(each) for each in args.targets]
    return _drafted(args, data, ceremony.begin(root, args.threshold, targets, args.targets_threshold))


def _add(args: argparse.Namespace, data: Path) -> int:
    holders = [keys.read_public(each) for each in args.files]
    return _drafted(args, data, ceremony.add_product(args.product, holders, args.threshold))


def _rotate(args: argparse.Namespace, data: Path) -> int:
    come = [keys.read_public(each) for each in args.add]
    return _drafted(args, data, ceremony.rotate(args.role, come, args.remove, args.threshold))


def _drafted(args: argparse.Namespace, data: Path, found: Mapping[str, Draft]) -> int:
    for signer in signers_of(args.key):
        for draft in found.values():
            draft.sign(signer, append=True)
    if not (missing := ceremony.missing(found)):
        ceremony.install(found, ACTOR)
        _say(IN_USE)
        return 0
    places = [drafts.write(args.out or data / "ceremony", role, draft) for role, draft in found.items()]
    for place, (role, draft) in zip(places, found.items(), strict=True):
        print(f"{place}  {missing.get(role, 'ok')}", *drafts.says(draft), sep="\n  ")
    print(NEXT.in_language(terminal_language()), *places)
    return 1


def _install(args: argparse.Namespace, data: Path) -> int:  # noqa: ARG001  one shape for all acts
    ceremony.install({drafts.role_of(path): drafts.read(path) for path in args.files}, ACTOR)
    _say(IN_USE)
    return 0


def _status(args: argparse.Namespace, data: Path) -> int:  # noqa: ARG001  one shape for all acts
    found = ceremony.standings()
    if not found:
        _say(NO_TRUST)
        return 1
    for each in found:
        ids = " ".join(f"{keyid[:12]}{'*' if keyid in each.kept else ''}" for keyid in each.keyids)
        share = f"{each.threshold}/{len(each.keyids)}"
        print(f"{each.role:<12} {each.version:>4}  {each.expires_at:%Y-%m-%d}  {share}  {ids}")
        for path in offers.stale(each.role):
            print(f"  ! {path}: okibi release keys refresh {each.role}")
        for version in offers.unsigned(each.role):
            print(f"  ! {version}: okibi release publish {each.role} {version} --key …")
    _say(Sentence("* — ключ лежит на сервере.", "* the server keeps this key."))
    return 0


def _keep(args: argparse.Namespace, data: Path) -> int:  # noqa: ARG001  one shape for all acts
    signers = signers_of(args.key)
    if not signers:
        raise InputError(NO_KEY)
    for signer in signers:
        if not isinstance(signer, CryptoSigner):
            raise InputError(ONLY_FILES)
        keys.keep(signer)
        print(signer.public_key.keyid[:12])
    return 0


def _forget(args: argparse.Namespace, data: Path) -> int:  # noqa: ARG001  one shape for all acts
    named = [keyid for keyid in keys.kept_ids() if keyid.startswith(args.keyid)]
    if len(named) != 1:
        raise InputError(NO_SUCH_KEY)
    keys.forget(named[0])
    return 0


def _refresh(args: argparse.Namespace, data: Path) -> int:  # noqa: ARG001  one shape for all acts
    if not offers.retract(args.product, signers_of(args.key)):
        raise key_wanted(args.product)
    _say(IN_USE)
    return 0


def _appcast(args: argparse.Namespace, data: Path) -> int:  # noqa: ARG001  one shape for all acts
    print(keys.make_appcast_key())
    return 0


def _ring(args: argparse.Namespace, data: Path) -> int:  # noqa: ARG001  one shape for all acts
    for number in args.number:
        rings.put(number, Ring(args.ring), ACTOR)
        if args.ring != Ring.EVERYBODY and not _is_known(number):
            complain(
                Sentence(
                    f"{number}: нет такой лицензии, пробной версии и устройства; годится лишь как ключ установки.",
                    f"{number}: no licence, trial or device here has it; good for the key of an installation only.",
                )
            )
    for member in rings.members():
        if args.ring in (None, member.ring):
            print(f"{member.ring:<10} {member.number}")
    return 0


def _is_known(number: str) -> bool:
    return bool(licence_by_number(number) or trial_by_number(number) or by_public_id(number.lower()))


_ACTS: Mapping[str, Callable[[argparse.Namespace, Path], int]] = {
    "init": _init,
    "add": _add,
    "rotate": _rotate,
    "install": _install,
    "status": _status,
    "keep": _keep,
    "forget": _forget,
    "refresh": _refresh,
    "appcast": _appcast,
    "ring": _ring,
}


def _say(sentence: Sentence) -> None:
    print(sentence.in_language(terminal_language()))
