"""A storage as S3 is: no local path, and a put replaces what was there."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import InMemoryStorage


class OverwritingStorage(InMemoryStorage):
    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        assert name is not None
        if self.exists(name):
            self.delete(name)
        return super().save(name, content, max_length)
