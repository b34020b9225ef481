"""What ``okibi release`` does once the rooms are loaded. Every act may be repeated: what is so already is no error."""

import argparse
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.utils import timezone

from okibi.flows import release_intake, release_publication
from okibi.journal.services import Actor
from okibi.kernel.errors import ConflictError, InputError, NotAllowedError
from okibi.kernel.sentence import Sentence
from okibi.ops.commands.language import complain, terminal_language
from okibi.ops.key_files import signers_of
from okibi.policy.release_states import ReleaseState
from okibi.policy.rollout import Ring
from okibi.policy.versions import parse_version
from okibi.releases import selectors
from okibi.releases.keys import version_key
from okibi.releases.models import Artefact, Release
from okibi.releases.services import Planned, ReleaseError

ACTOR = Actor("system", name="okibi release")
OUT = (ReleaseState.PUBLISHED, ReleaseState.HALTED)
STATES: Mapping[str, Sentence] = {
    "draft": Sentence("черновик", "draft"),
    "checked": Sentence("проверена", "checked"),
    "published": Sentence("опубликована", "published"),
    "halted": Sentence("остановлена", "halted"),
    "withdrawn": Sentence("отозвана", "withdrawn"),
}


def run(args: argparse.Namespace) -> int:
    """0 done, 1 refused: every reason on the error stream (with ``--json``: in the answer)."""
    try:
        answer, code = _ACTS[args.act](args)
    except (InputError, ConflictError, NotAllowedError) as error:
        if not args.json and not isinstance(error, ReleaseError):
            raise
        return _refused(args, error)
    if args.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _print(answer if isinstance(answer, list) else [answer])
    return code


def _refused(args: argparse.Namespace, error: InputError | ConflictError | NotAllowedError) -> int:
    why = getattr(error, "why", (error.sentence,))
    if args.json:
        problems = [{"field": getattr(error, "field", "") or "", **each.as_dict()} for each in why]
        print(json.dumps({"problems": problems}, ensure_ascii=False, indent=2))
    else:
        for each in why:
            complain(each)
    return 1


# ---------------------------------------------------------------- the acts


def _draft(args: argparse.Namespace) -> tuple[Any, int]:
    planned = Planned(
        args.product,
        args.version,
        channel=args.channel,
        notes_ru=_text(args.notes_ru),
        notes_en=_text(args.notes_en),
        floor=args.floor,
        forced_below=args.forced_below,
        ring=Ring(args.ring),
        percent=args.percent,
    )
    known = _known(args)
    if known is None:
        return _shown(release_intake.draft(planned, ACTOR)), 0
    if known.state in OUT and _says_the_same(known, planned):
        return _shown(known), 0
    return _shown(release_intake.change(known.pk, planned, ACTOR)), 0


def _add(args: argparse.Namespace) -> tuple[Any, int]:
    """1 where a file can't be shipped: it stands in the draft with its reasons."""
    release = _found(args)
    if release.state in OUT and {_sha256(path) for path in args.files} <= {e.sha256 for e in release.artefacts.all()}:
        return _shown(release), 0
    place = {"platform": args.platform, "architecture": args.architecture}
    given = [release_intake.store_file(_readable(path), **place) for path in args.files]
    artefacts = [release_intake.add(release.pk, each, ACTOR) for each in given]
    return _shown(selectors.by_id(release.pk)), int(any(each.problems for each in artefacts))


def _confirm(args: argparse.Namespace) -> tuple[Any, int]:
    return _shown(release_intake.confirm(_found(args).pk, ACTOR)), 0


def _check(args: argparse.Namespace) -> tuple[Any, int]:
    return _shown(release_intake.check(_found(args).pk, ACTOR)), 0


def _publish(args: argparse.Namespace) -> tuple[Any, int]:
    release = _found(args)
    if release.state != ReleaseState.PUBLISHED:
        release_intake.check(release.pk, ACTOR)
        release_publication.publish(release.pk, ACTOR, signers_of(args.key))
    else:  # perhaps before its product had a key
        release_publication.sign(release.pk, ACTOR, signers_of(args.key))
    return _shown(selectors.by_id(release.pk)), 0


def _halt(args: argparse.Namespace) -> tuple[Any, int]:
    release = _found(args)
    if release.state != ReleaseState.HALTED:
        release_publication.halt(release.pk, args.reason, ACTOR, signers_of(args.key))
    return _shown(selectors.by_id(release.pk)), 0


def _resume(args: argparse.Namespace) -> tuple[Any, int]:
    release = _found(args)
    if release.state != ReleaseState.PUBLISHED:
        release_publication.resume(release.pk, ACTOR, signers_of(args.key))
    return _shown(selectors.by_id(release.pk)), 0


def _withdraw(args: argparse.Namespace) -> tuple[Any, int]:
    known, withdrawn = _known(args), _same_number(args, withdrawn=True)
    if known is None and withdrawn:
        return _shown(withdrawn[0]), 0
    return _shown(release_publication.withdraw(_found(args).pk, args.reason, ACTOR, signers_of(args.key))), 0


def _list(args: argparse.Namespace) -> tuple[Any, int]:
    codes = [args.product] if args.product else [each.code for each in release_intake.products()]
    return [_shown(release) for code in codes for release in selectors.of_product(code)], 0


_ACTS: Mapping[str, Callable[[argparse.Namespace], tuple[Any, int]]] = {
    "draft": _draft,
    "add": _add,
    "confirm": _confirm,
    "check": _check,
    "publish": _publish,
    "halt": _halt,
    "resume": _resume,
    "withdraw": _withdraw,
    "list": _list,
}


# ---------------------------------------------------------------- words


def _known(args: argparse.Namespace) -> Release | None:
    return next(iter(_same_number(args, withdrawn=False)), None)


def _same_number(args: argparse.Namespace, *, withdrawn: bool) -> list[Release]:
    key = version_key(parse_version(args.version))
    same = [each for each in selectors.of_product(args.product) if each.version_key == key]
    return [each for each in same if (each.state == ReleaseState.WITHDRAWN) is withdrawn]


def _says_the_same(release: Release, planned: Planned) -> bool:
    """Whether a build that begins anew asks for what is out already; ring and share may have grown since."""
    wanted = (planned.channel, planned.notes_ru.strip(), planned.notes_en.strip(), planned.floor, planned.forced_below)
    return wanted == (release.channel, release.notes_ru, release.notes_en, release.floor, release.forced_below)


def _sha256(path: Path) -> str:
    with _readable(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _found(args: argparse.Namespace) -> Release:
    found = _known(args)
    if found is None:
        raise InputError(
            Sentence(
                f"Версии {args.version} продукта {args.product} нет: okibi release draft {args.product} {args.version}",
                f"{args.product} has no version {args.version}: okibi release draft {args.product} {args.version}",
            )
        )
    return found


def _text(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return _readable(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Sentence(f"{path}: это не текст в UTF-8.", f"{path}: this is no text in UTF-8.")) from None


def _readable(path: Path) -> Path:
    if not path.is_file():
        raise InputError(Sentence(f"{path}: такого файла нет.", f"{path}: there is no such file."))
    return path


def _shown(release: Release) -> dict[str, Any]:
    """As ``--json`` prints it; times in the scheme's zone."""
    published = release.published_at
    return {
        "product": release.product,
        "version": release.version,
        "channel": release.channel,
        "state": str(release.state),
        "ring": release.ring,
        "percent": release.percent,
        "floor": release.floor,
        "forced_below": release.forced_below,
        "published_at": timezone.localtime(published).isoformat(timespec="seconds") if published else None,
        "reason": release.reason,
        "artefacts": [_file(each) for each in release.artefacts.all()],
    }


def _file(artefact: Artefact) -> dict[str, Any]:
    return {
        "name": artefact.name,
        "platform": artefact.platform,
        "architecture": artefact.architecture,
        "kind": artefact.kind,
        "size": artefact.size,
        "sha256": artefact.sha256,
        "facts": artefact.facts,
        "problems": artefact.problems,
    }


def _print(releases: list[dict[str, Any]]) -> None:
    language = terminal_language()
    for each in releases:
        state = STATES[each["state"]].in_language(language)
        print(f"{each['product']:<12} {each['version']:<16} {each['channel']:<7} {state}")
        for file in each["artefacts"]:
            print(f"  {file['name']}  {file['platform']}/{file['architecture']}  {file['size']}  {file['sha256']}")
            for problem in file["problems"]:
                print(f"    ! {problem['ru' if language == 'ru' else 'en']}")
