"""Bytes that the product keeps, addressed by their content; answers that were given once; counted acts; long work."""

from django.db import models


class Blob(models.Model):
    """Some bytes, stored once. Small ones lie in the row, large ones in a file named by the hash.

    Written by :func:`okibi.kernel.blobs.put` only; a blob is never changed.
    """

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField()  # bytes
    data = models.BinaryField(null=True)  # None: the bytes are in the file
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.size} B)"


class IdempotentAnswer(models.Model):
    """The answer to a request that a caller may send again: made in the transaction of what the request did.

    Written by :mod:`okibi.kernel.once_only` only.
    """

    caller = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # sha256 of what was asked
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="answer_once")]
        indexes = [models.Index(fields=["created_at"], name="answer_created")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"


class ActCount(models.Model):
    """How many acts of one key began in one stretch of time. The table is not logged: a crash forgets it."""

    key = models.CharField(max_length=120, primary_key=True)  # what is counted, by whom, from when
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="act_count_ends")]

    def __str__(self) -> str:
        return f"{self.key} {self.count}"


class Chore(models.Model):
    """Work that is too long for a request: done in steps by a job, with its progress to look at.

    Written by :mod:`okibi.kernel.chores` and the flow whose ``kind`` it is. Each step commits with its progress, so
    that a killed worker repeats nothing but the step it was in.
    """

    kind = models.CharField(max_length=40)
    by = models.JSONField(default=dict)  # who asked: kind, id, name
    about = models.JSONField(default=dict)  # what the flow needs to go on
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)  # of those done
    cursor = models.BigIntegerField(default=0)  # where the next step begins
    problem = models.JSONField(null=True)  # a sentence: why it ended without its work
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "-id"], name="chore_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.done}/{self.total}"


class SignOfLife(models.Model):
    """What a part of the product said of itself last. Written by :mod:`okibi.kernel.signs` only."""

    name = models.CharField(max_length=200)  # inlets@host, imap:user@host:port/folder
    at = models.DateTimeField()
    well_at = models.DateTimeField(null=True)  # when it last had no problem
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="sign_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%F %T}"
