"""Work for the workers: one row is one piece of work, whatever happens to who does it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Stopped")


class Job(models.Model):
    """A piece of work with attempts, a lease and an idempotency key (``key``: the same work once).

    ``priority``: the lower, the sooner; see :mod:`media_library.processing.priority`. The database knows its
    default, so that a process of the version before may still put work in the queue.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict)
    priority = models.PositiveSmallIntegerField(default=50, db_default=50)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=100, blank=True)
    progress = models.FloatField(default=0)
    error = models.TextField(blank=True)
    run_at = models.DateTimeField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes: ClassVar = [
            models.Index(fields=["state", "run_at"], name="job_next"),
            # Only what waits: it stays small, however many jobs were done.
            models.Index(fields=["priority", "run_at", "id"], name="job_first", condition=Q(state="queued")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="a_job_state_is_known"),
            models.CheckConstraint(
                condition=Q(progress__gte=0, progress__lte=1), name="a_progress_is_a_share"
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="a_running_job_has_a_lease"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Heartbeat(models.Model):
    """When a process (worker, scheduler) last said that it lives."""

    name = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
