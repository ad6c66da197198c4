"""What the live table hides at this moment, whatever the index has heard of it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Exists, OuterRef

from media_library.models import Resource
from search.models import PendingChange

_LISTED = {"sqlite": "group_concat(id)", "postgresql": "string_agg(id::text, ',')"}
_SOME_TIME = datetime(1957, 5, 7, 5, 7, tzinfo=UTC)


def hidden(at: datetime) -> npt.NDArray[np.int64]:
    """Resources that are not public at ``at``, in one query; a key may come twice.

    Read along three indexes: what is not live, under embargo, expired. A deleted row is in none; it waits in
    the outbox until the index has forgotten it.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    statement, parameters = _statement(connection.vendor)
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(statement, [moment if one is _SOME_TIME else one for one in parameters])
        (listed,) = cursor.fetchone()
        return np.fromstring(listed or "", dtype=np.int64, sep=",")


@cache
def _statement(vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The statement for any moment: to put it together each time takes longer than to answer it."""
    gone = PendingChange.objects.filter(
        ~Exists(Resource.objects.filter(pk=OuterRef("resource_id"))), engine="database"
    )
    found = Resource.objects.hidden(_SOME_TIME).union(gone.values_list("resource_id"), all=True)
    connection = connections[DEFAULT_DB_ALIAS]
    rows, parameters = found.query.get_compiler(connection=connection).as_sql()
    # One value: thousands of rows cost more to fetch than to find.
    text = f"WITH hidden (id) AS ({rows}) SELECT {_LISTED[vendor]} FROM hidden"
    written = connection.ops.adapt_datetimefield_value(_SOME_TIME)
    return text, tuple(_SOME_TIME if one == written else one for one in parameters)
