"""One question to another site, and its answer: with the care of a fetch, and led on nowhere.

A redirect is an answer like others: what is sent was meant for the address that was named, and for no other.
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass

from media_library.intake.fetching import line
from media_library.intake.fetching.destination import destination
from media_library.intake.fetching.fetch import CHUNK, Manners, reached
from media_library.intake.fetching.line import Deadline
from media_library.intake.fetching.problem import NotFetched


@dataclass(frozen=True)
class Answer:
    """``body``: what came, at most the limit; ``whole``: whether that is all of it."""

    status: int
    body: bytes
    whole: bool

    @property
    def accepted(self) -> bool:
        """Any status from 200 to 299."""
        return 200 <= self.status < 300


def tell(
    url: str,
    *,
    limit: int,
    seconds: float,
    manners: Manners,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """What ``url`` answers: at most ``limit`` bytes are read, within ``seconds`` in all.

    Any status is an answer. Raises :class:`NotFetched` where none comes or the address may not be reached.
    """
    deadline = Deadline(seconds)
    place = destination(url, ports=manners.ports)
    sock = reached(place, deadline=deadline, manners=manners)
    with line.asked(
        place,
        sock,
        agent=manners.agent,
        deadline=deadline,
        idle=manners.idle,
        header_limit=manners.header_limit,
        method=method,
        headers=headers,
        body=body,
    ) as answer:
        told, whole = _read(answer, limit=limit, host=place.host)
        return Answer(answer.status, told, whole)


def _read(answer: http.client.HTTPResponse, *, limit: int, host: str) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    left = limit
    try:
        while left > 0:
            part = answer.read1(min(CHUNK, left))
            if not part:
                return b"".join(parts), True
            parts.append(part)
            left -= len(part)
        return b"".join(parts), not answer.read1(1)
    except (http.client.HTTPException, ValueError) as error:
        raise NotFetched("nonsense", host=host) from error
    except OSError as error:
        raise NotFetched("cut_off") from error
