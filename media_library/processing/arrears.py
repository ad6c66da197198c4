"""What files from earlier days lack that files of today get; ordered by the daily job."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from media_library.kinds import Kind, Role
from media_library.models import Asset, Job, ProcessingState, Purpose, Rendition, StoredFile
from media_library.processing import pipeline

_A_NIGHT = 500


def order_broadcasts(at: datetime) -> int:
    """Order the copy for radio of public podcasts from before there was one; at most a night's work at once."""
    if not settings.STREAMING:
        return 0
    shown = Asset.objects.filter(
        file=OuterRef("pk"), role=Role.ORIGINAL, resource__live=True, resource__kind=Kind.PODCAST
    )
    made = Rendition.objects.filter(file=OuterRef("pk"), purpose=Purpose.BROADCAST)
    key = Concat(Value(f"{pipeline.BROADCAST}:"), Cast(OuterRef("pk"), CharField()))
    sounds = StoredFile.objects.filter(
        media_type__startswith="audio/", processing_state=ProcessingState.READY
    )
    wanting = sounds.filter(Exists(shown), ~Exists(made), ~Exists(Job.objects.filter(key=key)))
    files = list(wanting.defer("extracted").order_by("-pk")[:_A_NIGHT])
    for file in files:
        pipeline.order_broadcast(file, at=at)
    return len(files)
