"""Who follows our feeds by WebSub (W3C Recommendation 23 January 2018), and who has yet to confirm that."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

LONGEST_CALLBACK = 500
"""Characters of an address that wants to be told."""
LONGEST_SECRET = 199
"""Bytes: the recommendation (5.1) asks for less than 200."""


class Mode(models.TextChoices):
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


class Intent(models.Model):
    """A request that its callback has yet to confirm; until then it changes nothing of a subscription.

    One that was not confirmed stays as ``spent`` for a while, so that it counts among those of its host.
    """

    mode = models.CharField(max_length=11, choices=Mode.choices)
    topic = models.CharField(max_length=200)
    callback = models.CharField(max_length=LONGEST_CALLBACK)
    host = models.CharField(max_length=260)
    secret = models.CharField(max_length=LONGEST_SECRET, blank=True)
    lease_seconds = models.PositiveIntegerField(default=0)
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    spent = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="intent_due", condition=Q(spent=False)),
            models.Index(fields=["host"], name="intent_host"),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.topic}"


class Subscription(models.Model):
    """An address that is sent the feed at ``topic`` whenever its bytes changed, until ``lease_until``.

    ``wanted`` counts the changes, ``delivered`` is its value at the last one that arrived: however many come
    while a callback is away, it is sent the present feed once.
    """

    topic = models.CharField(max_length=200)
    callback = models.CharField(max_length=LONGEST_CALLBACK)
    host = models.CharField(max_length=260)
    secret = models.CharField(max_length=LONGEST_SECRET, blank=True)
    lease_until = models.DateTimeField()
    confirmed_at = models.DateTimeField()
    wanted = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "callback"], name="a_callback_follows_a_feed_once"),
            models.CheckConstraint(condition=Q(delivered__lte=F("wanted")), name="delivered_was_wanted"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="subscription_due"),
            models.Index(fields=["lease_until"], name="subscription_lease"),
            models.Index(fields=["host"], name="subscription_host"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} → {self.callback}"
