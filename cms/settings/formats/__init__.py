"""How this site writes dates and numbers, by language (FORMAT_MODULE_PATH)."""
