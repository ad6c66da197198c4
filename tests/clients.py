"""A client for tests that ask for very many pages."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from django.test import Client

from media_library.models import User


class PlainClient(Client):
    """Keeps the answer alone: Django's own copies what each template was given, for who looks at that."""

    def request(self, **request: Any) -> Any:
        with patch("django.test.client.store_rendered_templates", _keep_nothing):
            return super().request(**request)


def plain_client(user: User | None) -> PlainClient:
    """Signed in as ``user``, if there is one."""
    client = PlainClient()
    if user is not None:
        client.force_login(User.objects.get(pk=user.pk))
    return client


def _keep_nothing(*_args: object, **_kwargs: object) -> None:
    pass
