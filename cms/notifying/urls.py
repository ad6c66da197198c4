"""Addresses where other systems speak to us; they stay for ever."""

from __future__ import annotations

from django.urls import path

from cms.notifying import confirming, hub

machines = [
    path("websub", hub.answer, name="websub"),
    path("takedown/<uuid:token>/confirm", confirming.confirm, name="takedown_confirm"),
]
