"""Rights that end and facts that grow old: who is told, where they stand, and what takes over."""
