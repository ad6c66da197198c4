"""Addresses of the newsroom: ``machines`` at the root, ``people`` below ``/vi/`` and ``/en/``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from cms.newsroom.accreditation import views as accreditation
from cms.newsroom.authenticity import manifests
from cms.newsroom.authenticity import views as verifying
from cms.newsroom.embargo import views as embargo
from cms.newsroom.radio import views as radio
from cms.newsroom.views import (
    corrections,
    enquiries,
    follows,
    lightboxes,
    notices,
    packing,
    press,
    press_kits,
    resource,
    rights,
    searches,
    sharing,
    sheets,
    stopping,
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
    path("press/searches/<slug:token>/<str:name>", searches.feed, name="saved_search_feed"),
]
people: list[URLPattern | URLResolver] = [
    path("press/", press.press, name="press"),
    path("press/r/<str:public_id>/", resource.resource, name="resource"),
    path("press/r/<str:public_id>/corrections/", corrections.corrections, name="corrections"),
    path("press/accreditation/", accreditation.accreditation, name="accreditation"),
    path("press/accreditation/card/", accreditation.card, name="accreditation_card"),
    path("press/accreditation/confirm/<str:token>/", accreditation.confirm, name="accreditation_confirm"),
    path("press/embargoed/", embargo.desk, name="embargoed"),
    path("press/embargoed/<str:public_id>/", embargo.one, name="embargoed_one"),
    path("press/embargoed/<str:public_id>/picture/", embargo.picture, name="embargoed_picture"),
    path("press/embargoed/<str:public_id>/kit/", embargo.kit, name="embargoed_kit"),
    path("press/radio/", radio.radio, name="radio"),
    path("press/radio/today/", radio.today, name="radio_day"),
    path("press/radio/today/scripts/", radio.scripts, name="radio_scripts"),
    re_path(r"^press/radio/week/(?P<week>[0-9]{4}-W[0-9]{2})\.zip$", radio.week_file, name="radio_week"),
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
    path("press/public/<slug:code>/", sharing.opened, name="opened"),
    path("press/public/<slug:code>/copy/", sharing.copy_opened, name="copy_opened"),
    path("press/notices/", notices.notices, name="notices"),
    path("press/notices/follow/", follows.follow, name="follow"),
    path("press/notices/stop/<str:token>/", stopping.stop, name="stop"),
    path("press/searches/", searches.searches, name="searches"),
    path("press/searches/save/", searches.save, name="save_search"),
    path("press/searches/<slug:key>/", searches.saved, name="saved_search"),
    path("press/kits/", press_kits.press_kits, name="press_kits"),
    path("press/kit/<slug:code>/<slug:slug>/", press_kits.press_kit, name="press_kit"),
    path("verify/", verifying.verify, name="verify"),
]
