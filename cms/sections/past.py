"""What a section has shown."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SectionPast(models.Model):
    """That the section at ``address`` showed a resource, and when it last came or left.

    Without foreign keys, as :class:`cms.sections.models.SectionShown`: it outlives both.
    """

    address = models.CharField(max_length=100)
    resource_id = models.BigIntegerField()
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["resource_id"], name="past_of_a_resource")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["address", "resource_id"], name="a_resource_once_in_a_sections_past"
            )
        ]

    def __str__(self) -> str:
        return f"{self.address} #{self.resource_id}"
