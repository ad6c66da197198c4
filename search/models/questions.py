"""What was asked, what found nothing, what was clicked: counts a day, and nothing of who asked."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Question(models.Model):
    """One question on one day. ``key``: its folded words; ``text``: a way it was typed.

    ``asked``: times; ``nothing``: times without any hit; ``clicked``: results followed.
    """

    day = models.DateField()
    key = models.CharField(max_length=200)
    text = models.CharField(max_length=300)
    language = models.CharField(max_length=10)
    asked = models.PositiveIntegerField(default=0)
    nothing = models.PositiveIntegerField(default=0)
    clicked = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "key", "language"], name="a_question_once_a_day")
        ]
        indexes: ClassVar = [models.Index(fields=["key", "day"], name="question_by_key")]

    def __str__(self) -> str:
        return f"{self.text} ({self.day})"


class Asker(models.Model):
    """That somebody asked ``key`` in ``month``; who, only a secret that ends with the month could tell.

    ``token``: keyed hash of the asker, with a secret of that month which is forgotten afterwards. Rows go
    with their month. The secret is the token of the one row of a month whose key is empty.
    """

    month = models.DateField()
    key = models.CharField(max_length=200)
    token = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "key", "token"], name="an_asker_once_a_month"),
            models.UniqueConstraint(fields=["month"], condition=models.Q(key=""), name="one_secret_a_month"),
        ]

    def __str__(self) -> str:
        return self.key


class Clicked(models.Model):
    """How often a resource was followed from results, on one day."""

    day = models.DateField()
    resource_id = models.BigIntegerField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource_id", "day"], name="clicks_once_a_day")
        ]
        indexes: ClassVar = [models.Index(fields=["day"], name="clicked_by_day")]

    def __str__(self) -> str:
        return f"{self.resource_id}: {self.times}"


class Wish(models.Model):
    """What somebody looked for and the library does not have: a request that editors answer or close."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        TAKEN = "taken", _("Somebody is on it")
        DONE = "done", _("Done")
        DECLINED = "declined", _("Declined")

    question = models.CharField(_("looked for"), max_length=300, blank=True)
    text = models.TextField(_("what is missing"), max_length=2000)
    contact = models.EmailField(_("e-mail for an answer"), blank=True)
    language = models.CharField(max_length=10, default="vi")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("received"))
    handled_by = models.ForeignKey(
        "media_library.User",
        related_name="+",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
    )
    handled_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("request to the library")
        verbose_name_plural = _("requests to the library")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="a_wish_says_something"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "taken", "done", "declined"]), name="a_wish_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
