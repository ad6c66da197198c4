"""Signatures of what we send and take: HMAC-SHA256 of the bytes of the body, as WebSub (7) writes it.

One header for both, so that whoever follows a feed and is told of withdrawals checks them by the same lines.
"""

from __future__ import annotations

import hashlib
import hmac

HEADER = "X-Hub-Signature"
_METHOD = "sha256"


def signature(secret: str, body: bytes) -> str:
    """``sha256=`` and 64 hex digits."""
    return f"{_METHOD}={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def is_signed(secret: str, body: bytes, said: str) -> bool:
    """Whether ``said`` is the signature of ``body``; compared in a time that tells nothing."""
    return hmac.compare_digest(signature(secret, body).encode(), said.strip().lower().encode())
