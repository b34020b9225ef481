"""From clips to sound: the recorded phrases that come with the product, and an operator's own in their place."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from okibi.channels.sip import sound
from okibi.channels.sip.speech import LANGUAGES, PAUSE, Occasion, goodbye, greeting
from okibi.channels.sip.wording import WORDS, file_of
from okibi.kernel.sentence import Sentence

OWN = Path(__file__).resolve().parent / "phrases"
WHOLE = ("greeting-closed", "greeting-busy")  # files that stand for the whole greeting
GAP = sound.silence(0.06)  # between two words
REST = sound.silence(0.35)  # between two sentences
LONGEST = 120  # seconds of an operator's file


class Phrases:
    """The sound of what callers are told. ``folder``: an operator's own files, ``<folder>/ru/hello.wav``, or None."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def greeting(self, occasion: Occasion | None, languages: Sequence[str]) -> bytes:
        """PCM of everything before and with the signal, in each language in turn."""
        spoken = b"".join(self._greeting(occasion, language) for language in languages)
        return spoken + sound.beep()

    def goodbye(self, languages: Sequence[str], *, heard: bool) -> bytes:
        """PCM of the last words, in the first language."""
        return self.say(goodbye(heard=heard), languages[0])

    def say(self, clips: Sequence[str], language: str) -> bytes:
        """PCM of clips one after another. Raises KeyError for a clip that nobody has words for."""
        pieces: list[bytes] = []
        for clip in clips:
            if clip == PAUSE:
                pieces.append(REST)
            else:
                pieces += [GAP, self.clip(language, clip)] if pieces else [self.clip(language, clip)]
        return b"".join(pieces)

    def clip(self, language: str, clip: str) -> bytes:
        """PCM of one clip: the operator's file where it can be read, else ours."""
        own = self._theirs(language, clip)
        return _ours(language, clip) if own is None else own

    def _greeting(self, occasion: Occasion | None, language: str) -> bytes:
        whole = self._theirs(language, WHOLE[bool(occasion and occasion.open)])
        return (whole if whole is not None else self.say(greeting(occasion, language), language)) + REST

    def _theirs(self, language: str, name: str) -> bytes | None:
        if self.folder is None:
            return None
        try:
            pcm = sound.read_wav((self.folder / language / f"{name}.wav").read_bytes())
        except (OSError, sound.NotSoundError):  # `okibi doctor` tells; a caller still hears a greeting
            return None
        return pcm if 0 < sound.seconds(pcm) <= LONGEST else None

    def problems(self) -> Iterator[Sentence]:
        """What is wrong with the operator's files."""
        if self.folder is None:
            return
        if not self.folder.is_dir():
            yield Sentence(f"папки приветствий {self.folder} нет", f"there is no folder of greetings {self.folder}")
            return
        for path in sorted(self.folder.glob("*/*.wav")):
            known = path.parent.name in LANGUAGES and (path.stem in WORDS[path.parent.name] or path.stem in WHOLE)
            if not known:
                yield Sentence(f"{path}: такой фразы нет", f"{path}: there is no such phrase")
                continue
            try:
                length = sound.seconds(sound.read_wav(path.read_bytes()))
            except (OSError, sound.NotSoundError) as error:
                yield Sentence(f"{path} не проиграть: {error}", f"{path} can't be played: {error}")
                continue
            if not 0 < length <= LONGEST:
                yield Sentence(f"{path}: длина {length:.0f} с, можно до {LONGEST}",
                               f"{path} is {length:.0f} s long; up to {LONGEST} may be")  # fmt: skip


@lru_cache(maxsize=512)
def _ours(language: str, clip: str) -> bytes:
    return sound.read_wav((OWN / language / f"{file_of(language, clip)}.wav").read_bytes())
