"""What tests of a resource's page ask it."""

from __future__ import annotations

import json
import re

from django.test import Client

from media_library.models import Resource
from tests import factories


def page_text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def give_media(resource: Resource) -> None:
    assert resource.original is not None
    rendition = factories.make_rendition(resource.original.file, name="media.mp4", purpose="download")
    rendition.media_type = "video/mp4"
    rendition.save()


def structured(text: str) -> dict[str, object]:
    match = re.search(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert match
    data: dict[str, object] = json.loads(match[1])
    return data
