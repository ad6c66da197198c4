"""What the live table hides at this moment, whatever the index has heard of it."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.db.models import Exists, OuterRef

from media_library.models import Resource
from search.models import PendingChange


def hidden(at: datetime) -> npt.NDArray[np.int64]:
    """Resources that are not public at ``at``, in one query.

    Read along three indexes: what is not live, under embargo, expired. A deleted row is in none; it waits in
    the outbox until the index has forgotten it.
    """
    gone = PendingChange.objects.filter(
        ~Exists(Resource.objects.filter(pk=OuterRef("resource_id"))), engine="database"
    )
    found = Resource.objects.hidden(at).union(gone.values_list("resource_id"), all=True)
    return np.fromiter((pk for (pk,) in found), dtype=np.int64)
