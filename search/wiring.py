"""Receivers and registrations; called by the app's ready()."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models.signals import post_migrate, post_save
from wagtail.models import Revision

from media_library import worker
from media_library.changes import resource_changed
from search import indexing, meaning
from search.models import IndexedDocument


def connect() -> None:
    resource_changed.connect(indexing.on_resource_changed, dispatch_uid="kho57.search.outbox")
    post_save.connect(indexing.on_draft_saved, sender=Revision, dispatch_uid="kho57.search.drafts")
    post_migrate.connect(empty_keys, dispatch_uid="kho57.search.keys")
    worker.register("search", indexing.drain)
    if settings.SEARCH_MEANING:
        worker.register("meaning", meaning.drain)


def empty_keys(sender: Any, using: str, **_kwargs: Any) -> None:
    """SQLite's key table is no model, so ``flush`` passes it by: without documents it holds no keys."""
    connection = connections[using]
    if getattr(sender, "label", "") != "search" or connection.vendor != "sqlite":
        return
    if "search_keys" not in connection.introspection.table_names():
        return
    if not IndexedDocument.objects.using(using).exists():
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_keys (search_keys) VALUES ('delete-all')")
