"""All agencies with their successors, loaded in one query for a page."""

from __future__ import annotations

from media_library.models import Agency


class Directory:
    """Who carries on whom, without a query for each step of a chain of mergers."""

    def __init__(self, agencies: list[Agency]) -> None:
        self._by_id = {agency.pk: agency for agency in agencies}

    @classmethod
    def load(cls) -> Directory:
        """Every agency, by name."""
        return cls(list(Agency.objects.order_by("name")))

    def current(self, agency_id: int) -> Agency:
        """The agency that carries ``agency_id`` on today: the end of the chain of successors."""
        agency, seen = self._by_id[agency_id], {agency_id}
        while agency.successor_id is not None and agency.successor_id not in seen:
            seen.add(agency.successor_id)
            agency = self._by_id[agency.successor_id]
        return agency

    def family(self, agency: Agency) -> list[Agency]:
        """``agency`` and every agency that it carries on."""
        return [one for one in self._by_id.values() if self.current(one.pk).pk == agency.pk]

    def with_code(self, code: str) -> Agency | None:
        """The agency with the official code ``code``, present or past."""
        return next((one for one in self._by_id.values() if one.code.lower() == code.lower()), None)

    def present(self) -> list[Agency]:
        """Agencies without a successor, by name."""
        return [agency for agency in self._by_id.values() if agency.successor_id is None]
