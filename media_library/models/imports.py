"""What was brought in together, from a table or from addresses, and what became of each row."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from media_library import access


class ImportSource(models.TextChoices):
    TABLE = "table", _("Table")
    ADDRESS = "address", _("Addresses")


class ImportState(models.TextChoices):
    READING = "reading", _("Being read")
    CHECKED = "checked", _("Waits for your confirmation")
    RUNNING = "running", _("Running")
    DONE = "done", _("Finished")
    FAILED = "failed", _("Could not be read")


class RowState(models.TextChoices):
    """``wrong`` stands from the check on; ``ready`` waits; the others say how a row ended."""

    WRONG = "wrong", _("Has errors")
    READY = "ready", _("Ready")
    CREATED = "created", _("New draft")
    UPDATED = "updated", _("Updated as a draft")
    UNCHANGED = "unchanged", _("Unchanged")
    REFUSED = "refused", _("Not taken")
    FAILED = "failed", _("Failed")


class Plan(models.TextChoices):
    """What is going to happen to a row that is ready, as far as the check can tell."""

    NEW = "new", _("Becomes a new draft")
    UPDATE = "update", _("Changes an earlier one, as a draft")
    UNCHANGED = "unchanged", _("Is here already, unchanged")


WRITTEN = (RowState.CREATED, RowState.UPDATED)


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: Any) -> ImportRunQuerySet:
        """One's own; all of them for the lead department."""
        return self if access.is_lead(user) else self.filter(created_by=user)


class ImportRun(models.Model):
    """One import. Nothing is written to the catalogue before ``confirmed_at``.

    ``about``: how the table was read. ``problem``: ``{"code", "facts"}`` where it could not be.
    ``columns``: for each column of the table what it means, empty for one that is passed over.
    """

    source = models.CharField(max_length=10, choices=ImportSource.choices)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.READING)
    agency = models.ForeignKey("media_library.Agency", related_name="+", on_delete=models.PROTECT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.SET_NULL, null=True
    )
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    table_name = models.CharField(max_length=255, blank=True)
    table_stored = models.CharField(max_length=200, blank=True)
    archive_name = models.CharField(max_length=255, blank=True)
    archive_stored = models.CharField(max_length=200, blank=True)
    columns = models.JSONField(default=list)
    about = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    rounds = models.PositiveSmallIntegerField(default=0)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="an_import_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "done"]) | Q(confirmed_at__isnull=False),
                name="an_import_runs_when_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return self.table_name or str(self.get_source_display())

    def counts(self) -> dict[str, int]:
        """Rows by state, every state named; one query."""
        found = dict(self.rows.order_by().values_list("state").annotate(number=Count("pk")))
        return {state: found.get(state, 0) for state in RowState.values}


class ImportRow(models.Model):
    """A row of a table, or one address. ``problems``: ``[{"column", "code", "facts"}]``.

    ``revision`` is the draft that this row wrote: if the resource has a newer one, somebody changed it since.
    """

    run = models.ForeignKey(ImportRun, related_name="rows", on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=RowState.choices)
    plan = models.CharField(max_length=10, choices=Plan.choices, blank=True)
    problems = models.JSONField(default=list)
    scheme = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    slow = models.BooleanField(default=False)
    resource = models.ForeignKey(
        "media_library.Resource", related_name="import_rows", on_delete=models.SET_NULL, null=True
    )
    revision = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["run", "number"]
        indexes: ClassVar = [
            models.Index(fields=["run", "state", "number"], name="import_row_state"),
            models.Index(fields=["scheme", "value"], name="import_row_identifier"),
            models.Index(fields=["digest"], name="import_row_digest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="a_row_once_in_an_import"),
            models.CheckConstraint(
                condition=Q(state__in=RowState.values), name="an_import_row_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def title(self) -> str:
        """What to call the row."""
        named = self.values.get("title") or self.values.get("file") or self.values.get("identifier") or ""
        return str(named)
