"""Pages from files: what a site begins with, in both of its languages."""
