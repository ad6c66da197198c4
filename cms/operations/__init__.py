"""Running the site: is it alive and whole, what it writes into its journal, what it says when it fails."""
