"""The demonstration library: what a newcomer sees on first start (``demo/``), brought in as uploads."""
