"""One letter for a batch that was handed in: a worker writes it a few minutes after the first file."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import CharField
from django.db.models.functions import Cast
from django.urls import reverse
from wagtail.models import WorkflowState

from media_library.editing import letters
from media_library.models import Batch, Resource
from media_library.processing import jobs
from media_library.processing.jobs import Claim

LETTER = "batch_letter"
PAUSE = timedelta(minutes=3)
"""Between the first file that is handed in and the letter; what follows within it stands in the same."""
_SHOWN = 10


def announce(*, batch: int, at: datetime) -> None:
    """See to it that those who approve hear of the batch with the key ``batch``, once for each pause."""
    round_ = int(at.timestamp() // PAUSE.total_seconds())
    jobs.enqueue(
        kind=LETTER, key=f"{LETTER}:{batch}:{round_}", payload={"batch": batch}, at=at + PAUSE, max_attempts=3
    )


@jobs.handles(LETTER)
def write(claim: Claim, at: datetime) -> None:
    """Tell the agency's editors what of the batch waits for them; nothing where they were quicker."""
    batch = Batch.objects.select_related("agency", "by").filter(pk=claim.payload["batch"]).first()
    titles = _waiting(batch) if batch else []
    if batch and titles:
        context = {
            "batch": batch,
            "by": batch.by,
            "number": len(titles),
            "titles": titles[:_SHOWN],
            "more": max(0, len(titles) - _SHOWN),
            "url": f"{settings.WAGTAILADMIN_BASE_URL}{reverse('kho57_batch', args=[batch.token])}",
        }
        anyone = Resource(agency=batch.agency)
        for reader in letters.reviewers(anyone, lead=False).exclude(pk=batch.by_id or 0).exclude(email=""):
            letters.write_to(reader, "batch_submitted", context, about=f"batch {batch.token}")
    with claim.commit():
        pass


def _waiting(batch: Batch) -> list[str]:
    """Titles of what waits for approval, in the order of the batch."""
    drafts = Resource.objects.filter(batch_place__batch=batch).annotate(text_id=Cast("pk", CharField()))
    states = WorkflowState.objects.filter(
        base_content_type__app_label="media_library",
        base_content_type__model="resource",
        status=WorkflowState.STATUS_IN_PROGRESS,
        object_id__in=drafts.values("text_id"),
    )
    waiting = drafts.filter(text_id__in=states.values("object_id")).order_by("batch_place__position")
    return [
        row.latest_revision.content.get("title", "") if row.latest_revision else row.title
        for row in waiting.select_related("latest_revision")
    ]
