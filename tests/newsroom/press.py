"""Journalists for tests: accredited through the product's own acts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cms.newsroom.accreditation import asking, deciding, scans
from cms.newsroom.models import Accreditation
from media_library.kinds import Kind
from media_library.models import Resource, User
from tests.factories import make_embargoed, make_lead, make_rendition, make_user, picture_bytes


def given(**changed: Any) -> dict[str, Any]:
    """What a valid form holds."""
    at = timezone.localdate()
    return {
        "name": "Trần Thị Mai",
        "outlet": "Báo Huế",
        "card_number": "NB-0421",
        "card_until": at + timedelta(days=400),
        "purpose": "Tin bài về chuyển đổi số.",
        **changed,
    }


def asked(user: User | None = None, **changed: Any) -> Accreditation:
    """A request that waits."""
    return asking.ask(given(**changed), user=user or make_user(), lang="vi", at=timezone.now())


def asked_with_card(**changed: Any) -> Accreditation:
    """One to which a picture of the card was added."""
    row = asked(**changed)
    scans.keep(row, SimpleUploadedFile("the.png", picture_bytes()))
    return row


def make_journalist(
    outlet: str = "Báo Huế", *, until: datetime | None = None, username: str = "", by: User | None = None
) -> User:
    """Accredited; until in a month unless told otherwise."""
    row = asked(make_user(username), outlet=outlet)
    end, now = until or timezone.now() + timedelta(days=30), timezone.now()
    deciding.grant(row, until=end, by=by or make_lead(), at=min(now, end))
    return User.objects.get(pk=row.user_id)


def embargoed(**fields: Any) -> Resource:
    """A photograph under embargo that the press may open, with something to take."""
    resource = make_embargoed(kind=Kind.PHOTO, **{"embargo_for_press": True, **fields})
    assert resource.original is not None
    make_rendition(resource.original.file, name="full.jpg", purpose="download", format="jpeg")
    return Resource.objects.get(pk=resource.pk)
