"""What editors teach the search: words that mean the same, and picks for a question."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from search.text import question_key


class Synonym(models.Model):
    """Forms that mean the same: ``short`` ones stand for the ``full`` ones in a question.

    Both hold one form a line. ``both_ways``: a full form in a question finds the short ones too.
    """

    short = models.TextField(
        _("abbreviations or other words"),
        max_length=600,
        help_text=_("One a line, for example: CĐS. What readers type; capitals and accents do not matter."),
    )
    full = models.TextField(
        _("stand for"),
        max_length=600,
        help_text=_("One a line, for example: chuyển đổi số. What the library's texts say."),
    )
    both_ways = models.BooleanField(
        _("also the other way round"),
        default=True,
        help_text=_("A question with the full form then finds the abbreviation as well."),
    )
    active = models.BooleanField(_("in use"), default=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering: ClassVar = ["short", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(short="") & ~Q(full=""), name="a_synonym_has_both_sides")
        ]

    def __str__(self) -> str:
        return f"{self.short} → {self.full}".replace("\n", ", ")


class Pick(models.Model):
    """An editor's pick: ``resource`` comes first for ``question`` within its dates (none: always).

    ``key``: what a reader's question is compared by, its folded words.
    """

    question = models.CharField(
        _("question"),
        max_length=200,
        help_text=_("As readers type it; accents and capitals do not matter."),
    )
    key = models.CharField(max_length=200, editable=False, db_index=True)
    resource = models.ForeignKey(
        "media_library.Resource", verbose_name=_("resource"), related_name="picks", on_delete=models.CASCADE
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=100)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("pick for a question")
        verbose_name_plural = _("picks for questions")
        ordering: ClassVar = ["key", "sort_order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "resource"], name="a_pick_once_for_a_question"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="a_pick_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=~Q(key=""), name="a_pick_has_words"),
        ]

    def __str__(self) -> str:
        return self.question

    def save(self, *args: Any, **kwargs: Any) -> None:
        """``key`` follows the question."""
        self.key = question_key(self.question)
        super().save(*args, **kwargs)
