"""Addresses of the newsroom: ``machines`` at the root, ``people`` below ``/vi/`` and ``/en/``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from cms.newsroom.authenticity import manifests
from cms.newsroom.authenticity import views as verifying
from cms.newsroom.views import (
    enquiries,
    lightboxes,
    packing,
    press,
    press_kits,
    resource,
    rights,
    sharing,
    sheets,
    taking,
    trays,
)

machines: list[URLPattern | URLResolver] = [
    path("r/<str:public_id>/rights.json", rights.rights, name="rights"),
    path("r/<str:public_id>/manifest.json", manifests.manifest, name="manifest"),
    path("r/<str:public_id>/manifest.sig", manifests.signature, name="signature"),
    path(".well-known/kho57-signing-key.pem", manifests.key, name="signing_key"),
    path(".well-known/kho57-signing-keys.json", manifests.keys, name="signing_keys"),
    path("take/<str:public_id>/<slug:key>", taking.take, name="offer"),
    path("press/tray", trays.tray, name="tray"),
    path("press/kits/<slug:token>.zip", packing.kit, name="kit"),
]
people: list[URLPattern | URLResolver] = [
    path("press/", press.press, name="press"),
    path("press/r/<str:public_id>/", resource.resource, name="resource"),
    path("press/r/<str:public_id>/ask/", enquiries.ask, name="ask"),
    path("press/requests/", enquiries.enquiries, name="enquiries"),
    path("press/requests/<slug:key>/", enquiries.enquiry, name="enquiry"),
    path("press/lightbox/", lightboxes.lightboxes, name="lightboxes"),
    path("press/lightbox/choose/", trays.choose, name="choose"),
    path("press/lightbox/<slug:key>/", lightboxes.lightbox, name="lightbox"),
    path("press/lightbox/<slug:key>/compare/", lightboxes.compare, name="compare"),
    path("press/lightbox/<slug:key>/kit/", packing.pack, name="pack"),
    path("press/lightbox/<slug:key>/sheet.pdf", sheets.sheet, name="sheet"),
    path("press/lightbox/<slug:key>/<slug:act>/", lightboxes.act, name="act"),
    path("press/shared/<slug:token>/", sharing.shared, name="shared"),
    path("press/shared/<slug:token>/copy/", sharing.copy, name="copy"),
    path("press/shared/<slug:token>/sheet.pdf", sheets.shared_sheet, name="shared_sheet"),
    path("press/kits/", press_kits.press_kits, name="press_kits"),
    path("press/kit/<slug:code>/<slug:slug>/", press_kits.press_kit, name="press_kit"),
    path("verify/", verifying.verify, name="verify"),
]
