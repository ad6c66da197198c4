"""10,000 letters of one withdrawal, through a real mail server on loopback that fails at random.

People who took a resource are told that it was withdrawn: queued in batches, then handed over by SMTP to a server
that refuses for now at RCPT or at DATA, hangs up before or after it has kept a letter, or answers too late, each
at random. A hundred people stop their letters between queueing and sending. The clock of the pauses is moved on,
so that nothing is waited for. Ends with an error where one letter is lost, comes to who stopped, or comes twice
under two names; a repetition after an answer that never came has the same ``Message-ID`` and is counted apart.

Prints ``name value unit`` a line. ``--people`` and ``--trouble`` (share of commands that go wrong) for trying.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
STOPPED = 100
LATE = 0.001
"""Share of answers that come too late."""
PATIENCE = 2.0
"""Seconds that the site waits for an answer."""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=10_000)
    asked.add_argument("--trouble", type=float, default=0.03)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="kho57-bench-") as folder:
        _set_up(Path(folder))
        return _measured(given.people, given.trouble)


def _set_up(folder: Path) -> None:
    os.environ["DATA_DIR"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    import django
    from django.conf import settings

    from cms.settings import environment

    settings.DATABASES["default"] = environment.sqlite(folder / "kho57.sqlite3")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _measured(number: int, trouble: float) -> int:
    from django.conf import settings

    from cms.newsroom.letters import choices
    from tests.newsroom.letterbox import Letterbox, send_there, serving

    people = _withdrawn_from(number)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    queued = _queue()
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    with serving(Letterbox(trouble=trouble, late=LATE, patience=PATIENCE, keeps=False)) as box:
        send_there(settings, box)
        stopped = people[:: max(1, number // STOPPED)][:STOPPED]
        for person in stopped:
            choices.stop(person.pk, at=_now())
        seconds, moved = _send_all()
    return _told(
        box, people, {one.email for one in stopped}, queued=queued, took=(seconds, moved), growth=growth
    )


def _withdrawn_from(number: int) -> list[Any]:
    from cms.newsroom.models import Use
    from media_library import publishing
    from media_library.models import User
    from tests import factories

    one = factories.make_published("photo", title="Bản đồ ngập")
    made = [User(username=f"bao-{n:06}", email=f"bao-{n:06}@press.example") for n in range(number)]
    people = User.objects.bulk_create(made, batch_size=500)
    uses = [Use(resource=one, offer="web", at=_now(), user=person) for person in people]
    Use.objects.bulk_create(uses, batch_size=500)
    publishing.withdraw(resource=one, by=factories.make_lead(), reason="Số liệu sai.", at=_now())
    return people


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


def _queue() -> float:
    """Letters a second."""
    from cms.newsroom.letters import telling
    from cms.newsroom.models import Letter

    began, at = time.perf_counter(), _now()
    while telling.drain(at):
        pass
    return Letter.objects.count() / (time.perf_counter() - began)


def _send_all() -> tuple[float, int]:
    """Seconds of work, and minutes by which the clock was moved on."""
    from cms.newsroom.letters import sending
    from cms.newsroom.models import Letter

    began, at, minutes = time.perf_counter(), _now(), 0
    while Letter.objects.filter(state="waiting").exists():
        while sending.drain(at + timedelta(minutes=minutes)):
            pass
        minutes += 1
    return time.perf_counter() - began, minutes


def _told(
    box: Any, people: list[Any], stopped: set[str], *, queued: float, took: tuple[float, int], growth: float
) -> int:
    names: dict[str, set[str]] = {}
    for to, letter in box.taken:
        names.setdefault(to, set()).add(str(letter["Message-ID"]))
    wanted = {person.email for person in people} - stopped
    lost, unwanted = wanted - names.keys(), names.keys() - wanted
    doubled = [to for to, found in names.items() if len(found) > 1]
    repeated = {name: times for name, times in box.named.items() if times > 1}
    unexplained = repeated.keys() - box.unanswered
    troubles = sum(box.happened.values())
    print("# SQLite, one worker, mail server in a thread of the same process")
    print(f"# load {os.getloadavg()[0]:.0f} of everything on the machine")
    print("# failures: " + ", ".join(f"{what} {times}" for what, times in sorted(box.happened.items())))
    print(f"letters_people {len(people)} people")
    print(f"letters_stopped_after_queueing {len(stopped)} people")
    print(f"letters_failures_of_the_server {troubles} failures")
    print(f"letters_received {len(set().union(*names.values()))} letters")
    print(f"letters_lost {len(lost)} letters")
    print(f"letters_to_who_stopped {len(unwanted)} letters")
    print(f"letters_doubled {len(doubled)} letters")
    print(f"letters_repeated_under_one_name {sum(repeated.values()) - len(repeated)} letters")
    print(f"letters_queued {queued:.0f} letters/s")
    print(f"letters_sent {len(wanted) / took[0]:.0f} letters/s")
    print(f"letters_memory_growth {growth:.1f} MB")
    print(f"letters_clock_moved {took[1]} minutes")
    print(f"ran_on {os.cpu_count()} cores")
    return 1 if lost or unwanted or doubled or unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
