"""Receivers and registrations; called by the app's ready()."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connections
from django.db.models.signals import post_delete, post_migrate, post_save
from wagtail.models import Revision

from media_library import scheduler, worker
from media_library.changes import resource_changed
from media_library.editing import finding
from media_library.models import Resource
from search import desk, indexing, picks, questions, synonyms, use, vocabulary, wishes
from search.daily import every, once_a_day
from search.editing import rights
from search.models import IndexedDocument, Pick, Synonym, Wish


def connect() -> None:
    resource_changed.connect(indexing.on_resource_changed, dispatch_uid="kho57.search.outbox")
    post_save.connect(indexing.on_draft_saved, sender=Revision, dispatch_uid="kho57.search.drafts")
    post_delete.connect(indexing.on_deleted, sender=Resource, dispatch_uid="kho57.search.deleted")
    post_migrate.connect(empty_keys, dispatch_uid="kho57.search.keys")
    worker.register("search", indexing.drain)
    finding.register(desk.found)
    use.register("clicks", questions.uses)
    for step in (questions.index_uses, questions.forget, wishes.forget_contacts):
        scheduler.register(f"search_{step.__name__}", once_a_day(step))
    scheduler.register("search_wishes", every(timedelta(minutes=1), wishes.tell))
    rights.reserve(Wish)
    _connect_what_editors_teach()


def _connect_what_editors_teach() -> None:
    vocabulary.add_source(synonyms.entries)
    for model, kept in ((Synonym, synonyms.KEPT), (Pick, picks.KEPT)):
        rights.reserve(model)
        for signal in (post_save, post_delete):
            signal.connect(
                kept.forget, sender=model, dispatch_uid=f"kho57.{model.__name__}.{id(signal)}", weak=False
            )


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
