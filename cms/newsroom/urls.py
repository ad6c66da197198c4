"""Addresses of the newsroom: ``machines`` at the root, ``people`` below ``/vi/`` and ``/en/``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from cms.newsroom.authenticity import manifests, views

machines: list[URLPattern | URLResolver] = [
    path("r/<str:public_id>/manifest.json", manifests.manifest, name="manifest"),
    path("r/<str:public_id>/manifest.sig", manifests.signature, name="signature"),
    path(".well-known/kho57-signing-key.pem", manifests.key, name="signing_key"),
    path(".well-known/kho57-signing-keys.json", manifests.keys, name="signing_keys"),
]
people: list[URLPattern | URLResolver] = [
    path("verify/", views.verify, name="verify"),
]
