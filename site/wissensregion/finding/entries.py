"""What the search knows of the pages: their stems and their words."""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """What one published page can be found by; the index over it is in ``tables``."""

    page = models.OneToOneField(
        "wagtailcore.Page", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    # A column of the index too, so that one language does not crowd out another.
    language = models.CharField(max_length=12)
    title = models.TextField()
    text = models.TextField()
    # The text as readers know it, to show where the words stand.
    words = models.TextField()
    summary = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Search entry of page {self.page_id}"


class SearchWord(models.Model):
    """One word that a page has, to guess what somebody meant who wrote it wrongly.

    A word stays when its page goes, until the index is built anew: what is guessed is looked for
    before it is shown.
    """

    language = models.CharField(max_length=12)
    word = models.CharField(max_length=40)
    # What a wrongly written word most probably shares with the right one.
    initial = models.CharField(max_length=1)
    length = models.PositiveSmallIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["language", "initial", "length", "word"], name="one_row_per_word"
            )
        ]

    def __str__(self) -> str:
        return self.word
