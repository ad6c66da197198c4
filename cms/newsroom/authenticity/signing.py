"""Ed25519 signatures (RFC 8032) by the library's own key.

The seed stands in ``SIGNING_KEY``; without it one is derived from ``SECRET_KEY``, which is enough for a trial but
changes with it. Public keys that signed earlier stay published (``SIGNING_KEYS_RETIRED``), so that what they
signed can be checked for ever.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_PURPOSE = b"kho57 manifests"
SEED = 32
"""Bytes."""


def sign(message: bytes) -> bytes:
    """64 bytes; the same for the same message and key."""
    return _private().sign(message)


def public_pem() -> bytes:
    """The public key as ``openssl pkeyutl -verify -pubin`` reads it (SubjectPublicKeyInfo, RFC 8410)."""
    return _private().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def key_id() -> str:
    """Of the key in use: its JWK thumbprint (RFC 7638, RFC 8037)."""
    return _thumbprint(_raw(_private().public_key()))


def key_set() -> dict[str, list[dict[str, str]]]:
    """Every public key as a JSON Web Key Set (RFC 7517, RFC 8037), the one in use first."""
    own = _raw(_private().public_key())
    return {"keys": [_jwk(raw) for raw in dict.fromkeys([own, *_retired()])]}


def _private() -> Ed25519PrivateKey:
    return _made(settings.SIGNING_KEY, settings.SECRET_KEY)


@cache
def _made(seed: str, secret: str) -> Ed25519PrivateKey:
    if not seed:
        derived = HKDF(algorithm=SHA256(), length=SEED, salt=None, info=_PURPOSE).derive(secret.encode())
        return Ed25519PrivateKey.from_private_bytes(derived)
    return Ed25519PrivateKey.from_private_bytes(_decoded(seed, name="SIGNING_KEY"))


def _retired() -> list[bytes]:
    raws = [_decoded(each, name="SIGNING_KEYS_RETIRED") for each in settings.SIGNING_KEYS_RETIRED]
    for raw in raws:
        Ed25519PublicKey.from_public_bytes(raw)
    return raws


def _decoded(text: str, *, name: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text.strip() + "=" * (-len(text.strip()) % 4))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not base 64.") from error
    if len(raw) != SEED:
        raise ImproperlyConfigured(f"{name} must be {SEED} bytes in base 64; it has {len(raw)}.")
    return raw


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _jwk(raw: bytes) -> dict[str, str]:
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": _base64url(raw),
        "kid": _thumbprint(raw),
        "use": "sig",
        "alg": "EdDSA",
    }


def _thumbprint(raw: bytes) -> str:
    told = f'{{"crv":"Ed25519","kty":"OKP","x":"{_base64url(raw)}"}}'
    return _base64url(hashlib.sha256(told.encode()).digest())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
