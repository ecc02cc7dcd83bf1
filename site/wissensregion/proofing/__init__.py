"""What is wrong with a page before readers see it, where, and what to do about it."""
