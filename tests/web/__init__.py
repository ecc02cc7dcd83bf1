"""Promises every public page keeps."""
