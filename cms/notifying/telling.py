"""What a subscriber is sent of a withdrawal: ActivityStreams 2.0, a ``Delete`` of a ``Tombstone``.

https://www.w3.org/TR/activitystreams-vocabulary/#dfn-delete and #dfn-tombstone; what is ours stands under
``kho57``. The shape is fixed by docs/schemas/takedown.schema.json and told in docs/feeds.md.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.urls import reverse

from cms.notifying import signing
from cms.notifying.models import Notice
from cms.notifying.posting import Call
from cms.sections.parts import absolute, local

MEDIA_TYPE = "application/activity+json"
CONTEXT = "https://www.w3.org/ns/activitystreams"
VERSION = 1


def call_for(notice: Notice, *, at: datetime) -> Call:
    """The signed notice, as it is posted at ``at``. The notice has a subscriber."""
    subscriber = notice.subscriber
    assert subscriber is not None
    body = written(notice, at=at)
    headers = {
        "Content-Type": f"{MEDIA_TYPE}; charset=utf-8",
        "Accept": "application/json",
        signing.HEADER: signing.signature(subscriber.secret, body),
    }
    return Call(subscriber.url, headers=headers, body=body)


def written(notice: Notice, *, at: datetime) -> bytes:
    return json.dumps(_told(notice, at=at), ensure_ascii=False, separators=(",", ":")).encode()


def _told(notice: Notice, *, at: datetime) -> dict[str, Any]:
    resource = notice.resource
    page = f"/vi/r/{resource.public_id}/"
    return {
        "@context": [CONTEXT, {"kho57": absolute("/takedown/ns#")}],
        "id": notice.urn,
        "type": "Delete",
        "actor": absolute("/"),
        "published": _moment(at),
        "summary": resource.withdrawn_reason,
        "object": {
            "id": absolute(page),
            "type": "Tombstone",
            "deleted": _moment(notice.withdrawn_at),
        },
        "kho57": {
            "version": VERSION,
            "resource": resource.public_id,
            "addresses": [absolute(path) for path in _addresses(resource.public_id)],
            "reminder": notice.sent,
            "confirm": absolute(reverse("notifying:takedown_confirm", args=[notice.token])),
        },
    }


def _addresses(public_id: str) -> list[str]:
    """What everything to be taken down begins with."""
    return [
        f"/vi/r/{public_id}/",
        f"/en/r/{public_id}/",
        f"/embed/r/{public_id}/",
        f"/feeds/r/{public_id}/",
        f"/files/{public_id}/",
    ]


def _moment(at: datetime) -> str:
    return local(at).isoformat(timespec="seconds")
