"""What ``okibi release keys new|show|sign`` does, on whatever machine the keys are: no server, no database."""

import argparse
import getpass
import os
from collections.abc import Sequence

from okibi.kernel.errors import InputError
from okibi.kernel.sentence import Sentence
from okibi.ops.commands.language import terminal_language
from okibi.releases.trust import drafts, keys
from okibi.releases.trust.framework import Signer

PASSPHRASE = "OKIBI_KEY_PASSPHRASE"  # noqa: S105  the name of a variable, for machines that nobody sits at
NO_KEY = Sentence("Назовите ключ: --key ФАЙЛ.", "Name a key: --key FILE.")
NOT_THE_SAME = Sentence("Пароли не совпали.", "The passphrases differ.")
EMPTY = Sentence("Нужен пароль.", "A passphrase is needed.")


def run(args: argparse.Namespace) -> int:
    """0 done. Raises TrustError."""
    if args.keys_act == "new":
        for path in args.files:
            key = keys.make_file(path, _new_passphrase(str(path)))
            print(f"{path}  {path}.pub  {key.keyid[:12]}")
        return 0
    if args.keys_act == "sign":
        signers = signers_of(args.key)
        if not signers:
            raise InputError(NO_KEY)
        for path in args.files:
            for signer in signers:
                drafts.sign(path, signer)
    for path in args.files:
        print(f"{path}:", *drafts.says(drafts.read(path)), sep="\n  ")
    return 0


def signers_of(sources: Sequence[str]) -> list[Signer]:
    """What ``--key`` named. Raises TrustError."""
    return [keys.signer_of(source, passphrase) for source in sources]


def passphrase(place: str) -> str:
    """Of an encrypted key: from OKIBI_KEY_PASSPHRASE, or asked for."""
    words = Sentence(f"Пароль ключа {place}: ", f"Passphrase of {place}: ")
    return os.environ.get(PASSPHRASE) or getpass.getpass(words.in_language(terminal_language()))


def _new_passphrase(place: str) -> str:
    given = passphrase(place)
    if not given:
        raise InputError(EMPTY)
    if PASSPHRASE not in os.environ and given != passphrase(place):
        raise InputError(NOT_THE_SAME)
    return given
