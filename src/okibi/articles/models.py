"""Help articles in both languages."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Article(models.Model):
    """An answer that stands before a request is placed. ``published_at`` empty: staff alone see it."""

    slug = models.CharField(max_length=80, unique=True)
    title_ru = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160, blank=True)  # empty: the Russian text is shown to all
    body_ru = models.TextField()  # markup.py says how it is written
    body_en = models.TextField(blank=True)
    products = ArrayField(models.CharField(max_length=40), default=list, blank=True)  # empty: about all of them
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)
    title_words = ArrayField(models.TextField(), default=list)  # stemmed, of both languages
    words = ArrayField(models.TextField(), default=list)  # the titles' among them

    class Meta:
        indexes = [GinIndex(fields=["words"], name="article_words", fastupdate=False)]

    def __str__(self) -> str:
        return self.slug

    def title(self, language: str) -> str:
        """The title for a reader of that language."""
        return self.title_en if language == "en" and self.title_en else self.title_ru

    def body(self, language: str) -> str:
        """The text for a reader of that language, as written."""
        return self.body_en if language == "en" and self.title_en else self.body_ru

    def spoken(self, language: str) -> str:
        """The language in which that reader gets it."""
        return "en" if language == "en" and self.title_en else "ru"
