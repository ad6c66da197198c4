"""Fetching from another site and telling it something, without ever reaching into our own network (no models)."""

from media_library.intake.fetching.destination import Destination, destination
from media_library.intake.fetching.fetch import Fetched, Manners, fetch
from media_library.intake.fetching.problem import NotFetched
from media_library.intake.fetching.tell import Answer, tell

__all__ = ["Answer", "Destination", "Fetched", "Manners", "NotFetched", "destination", "fetch", "tell"]
