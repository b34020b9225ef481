"""Looking whether the journal is whole: a walk along its seals in steps, begun by staff, done by a job."""

from datetime import timedelta

from django.db import transaction

from okibi.journal import seals
from okibi.journal.services import Actor
from okibi.kernel import chores
from okibi.kernel.clock import now
from okibi.kernel.models import Chore
from okibi.kernel.sentence import Sentence

KIND = "journal_check"
TASK = "okibi.flows.calendar_tasks.check_journal"
STEP = 5000  # seals
SILENT_AFTER = timedelta(minutes=10)  # a walk that is not begun within this may be asked for again

WHOLE = Sentence(
    ru="Записей проверено: {done}. Ни одна не изменена после того, как опечатана.",
    en="{done} entries checked. None was changed after it was sealed.",
)
BROKEN = Sentence(
    ru="Запись {entry} изменена после того, как была опечатана. Сохраните базу как есть, сравните с копией.",
    en="Entry {entry} was changed after it was sealed. Keep the database as it is, and compare it with a backup.",
)


@transaction.atomic
def begin(actor: Actor) -> Chore:
    """Begin a walk over all the seals there are now; while one goes on, gives that one."""
    running = latest()
    if running and not running.finished_at and now() - running.began_at < SILENT_AFTER:
        return running
    chores.supersede(KIND)
    return chores.begin(KIND, TASK, {"kind": actor.kind, "id": actor.id, "name": actor.name}, seals.sealed().count)


def latest() -> Chore | None:
    """The newest walk, finished or not."""
    return chores.latest(KIND)


@transaction.atomic
def step(chore_id: int, size: int = STEP) -> bool:
    """Walk on along ``size`` seals; False when there is no more to do."""
    chore = chores.held(chore_id)
    if chore.finished_at:
        return False
    walked = seals.walk(chore.cursor, size)
    chore.cursor, chore.done = walked.position, chore.done + walked.seals
    chore.total = max(chore.total, chore.done)
    if walked.broken is not None:
        chores.finish(chore, _filled(BROKEN, entry=walked.broken))
        return False
    if walked.seals < size:
        chore.total = chore.done  # positions may have gaps
        chore.about = {"said": _filled(WHOLE, done=chore.done)}
        chores.finish(chore)
        return False
    chore.save()
    return True


def _filled(sentence: Sentence, **values: int) -> dict[str, str]:
    return {"ru": sentence.ru.format(**values), "en": sentence.en.format(**values)}
