"""A recorded step list: what the user did, each step with its moment, words and screen, as one archive."""

import html
import io
import zipfile
from dataclasses import dataclass, replace
from datetime import datetime

from okibi_desktop.words import Words

PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
img{{max-width:100%;border:1px solid #ccc}} time{{color:#64716f}}</style>
<h1>{title}</h1>
{steps}
</html>
"""
STEP = """<section><h2>{number}. {words}</h2><p><time datetime="{iso}">{at}</time></p>
{shown}</section>
"""
IMAGE = '<img src="{file}" alt="{alt}">'


@dataclass(frozen=True, slots=True)
class Step:
    """``picture``: PNG; empty where the system lets no program look at the screen."""

    at: datetime
    words: str
    picture: bytes


@dataclass(frozen=True, slots=True)
class Recording:
    """The steps so far."""

    steps: tuple[Step, ...] = ()

    def with_step(self, at: datetime, words: str, picture: bytes) -> "Recording":
        return replace(self, steps=(*self.steps, Step(at, words.strip(), picture)))

    def as_zip(self, t: Words) -> bytes:
        """``steps.html`` beside the numbered pictures; also readable as text (``steps.txt``)."""
        told, lines, held = [], [], io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, step in enumerate(self.steps, 1):
                file = f"{number:02}.png"
                words = step.words or t("step_unnamed", number=number)
                told.append(
                    STEP.format(
                        number=number,
                        words=html.escape(words),
                        iso=step.at.isoformat(timespec="seconds"),
                        at=f"{step.at:%d.%m.%Y %H:%M:%S %z}",
                        shown=IMAGE.format(file=file, alt=t("picture_of", number=number)) if step.picture else "",
                    )
                )
                lines.append(f"{number}. {step.at:%H:%M:%S}  {words}")
                if step.picture:
                    archive.writestr(file, step.picture, zipfile.ZIP_STORED)
            title = t("steps_title")
            archive.writestr("steps.html", PAGE.format(language=t.language, title=title, steps="".join(told)))
            archive.writestr("steps.txt", "\n".join([title, *lines, ""]))
        return held.getvalue()

    def text(self, t: Words) -> str:
        """The list for the request's own text, so that it is read without unpacking."""
        return "\n".join(
            f"{number}. {step.at:%H:%M:%S} {step.words or t('step_unnamed', number=number)}"
            for number, step in enumerate(self.steps, 1)
        )
