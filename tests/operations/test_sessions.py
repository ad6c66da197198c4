"""Ended sessions are forgotten by the scheduler; open ones stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from cms.operations.sessions import EVERY, SessionSweep
from media_library import scheduler

pytestmark = pytest.mark.django_db


def _session(key: str, *, ends_in: timedelta) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + ends_in)


def test_only_ended_sessions_are_forgotten() -> None:
    _session("ended", ends_in=timedelta(seconds=-1))
    _session("open", ends_in=timedelta(hours=1))
    assert SessionSweep().sweep(timezone.now()) == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]


def test_a_scheduler_that_ticks_each_second_looks_once_in_a_while() -> None:
    sweep, at = SessionSweep(), timezone.now()
    sweep.sweep(at)
    _session("ended", ends_in=timedelta(seconds=-1))
    assert sweep.sweep(at + timedelta(seconds=1)) == 0
    assert sweep.sweep(at + EVERY) == 1


def test_a_clock_that_was_set_back_does_not_keep_it_waiting() -> None:
    sweep, at = SessionSweep(), timezone.now()
    sweep.sweep(at + timedelta(days=365))
    _session("ended", ends_in=timedelta(seconds=-1))
    assert sweep.sweep(at) == 1


def test_the_scheduler_knows_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    _session("ended", ends_in=timedelta(seconds=-1))
    monkeypatch.setattr(scheduler._registered["sessions"].__self__, "_last", None)  # type: ignore[attr-defined]
    scheduler.tick(timezone.now())
    assert not Session.objects.filter(session_key="ended").exists()
