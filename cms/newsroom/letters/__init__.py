"""Telling those who took something what became of it: occasions, who is concerned, the letters, their sending."""
