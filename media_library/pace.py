"""How often one address may ask for what is dear: counted for an hour under a keyed hash, no address is kept."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.crypto import salted_hmac

SECONDS = 3600


def within(address: str, *, what: str, most: int) -> bool:
    """Count one more ``what`` of ``address``; False where it were more than ``most`` within the hour."""
    key = f"{what}:{salted_hmac(f'kho57.pace.{what}', address).hexdigest()[:32]}"
    if cache.add(key, 1, SECONDS):
        return True
    try:
        return cache.incr(key) <= most
    except ValueError:  # it has just ended
        return True
