"""Make the spoken phrases of the voice mail anew: ``script/make_phrases.py`` (needs espeak-ng and sox; see its README).

Run it after a change of ``src/okibi/channels/sip/wording.py``. The files are 8 kHz mono µ-law WAV.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from okibi.channels.sip.wording import WORDS, file_of  # noqa: E402  the path must be set first

FOLDER = ROOT / "src/okibi/channels/sip/phrases"
VOICES = {"ru": ["-v", "ru", "-s", "178", "-p", "45"], "en": ["-v", "en-gb", "-s", "184", "-p", "45"]}
NO_EDGES = ["silence", "1", "0.02", "0.4%"]


def make(language: str, clip: str, words: str, folder: Path) -> None:
    raw, target = folder / "raw.wav", FOLDER / language / f"{clip}.wav"
    whole = words[-1] in ".!"
    subprocess.run(["espeak-ng", *VOICES[language], "-w", raw, words if whole else f"{words},"], check=True)
    shape = ["sinc", "200-3400", "rate", "8000", *NO_EDGES, "reverse", *NO_EDGES, "reverse"]
    shape += ["fade", "0.005", "gain", "-n", "-4"]
    subprocess.run(["sox", "-D", raw, "-r", "8000", "-c", "1", "-e", "u-law", target, *shape], check=True)


def main() -> int:
    missing = [name for name in ("espeak-ng", "sox") if not shutil.which(name)]
    if missing:
        print(f"make_phrases: install {' and '.join(missing)} first", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        for language, clips in WORDS.items():
            place = FOLDER / language
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            for clip, words in clips.items():
                if file_of(language, clip) == clip:
                    make(language, clip, words, Path(folder))
    files = list(FOLDER.glob("*/*.wav"))
    print(f"{len(files)} phrases, {sum(path.stat().st_size for path in files) // 1024} kB in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
