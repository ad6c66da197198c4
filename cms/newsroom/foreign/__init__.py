"""For foreign service: what is public in Vietnamese and not in English, shown to those who can change it."""
