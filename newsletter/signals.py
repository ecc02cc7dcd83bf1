"""Wires what other apps announce to the rooms."""
