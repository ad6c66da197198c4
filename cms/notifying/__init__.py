"""Telling others that something of ours changed: caches in front of the site."""
