"""What the newsroom answers: pages for people, files."""
