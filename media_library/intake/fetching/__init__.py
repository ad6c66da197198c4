"""Fetching a file from another site, without ever reaching into our own network (no models in here)."""

from media_library.intake.fetching.destination import Destination, destination
from media_library.intake.fetching.fetch import Fetched, Manners, fetch
from media_library.intake.fetching.problem import NotFetched

__all__ = ["Destination", "Fetched", "Manners", "NotFetched", "destination", "fetch"]
