"""Bringing many resources in at once: read, checked row by row, shown, confirmed, then written as drafts."""
