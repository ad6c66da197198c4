"""Whether a file is the library's own: a ledger of what was public, a lookup, and signed manifests."""
