"""What one must be allowed to for each thing the office does with people's data."""

from __future__ import annotations

from wissensregion.rights import EditorRequest, only_with

__all__ = ["EditorRequest", "only_with"]

VIEW = "newsletter.view_subscriber"
SEE_ADDRESSES = "newsletter.see_addresses"
IMPORT = "newsletter.import_people"
EXPORT = "newsletter.export_people"
ERASE = "newsletter.erase_people"
OF_THEIR_OWN = (SEE_ADDRESSES, IMPORT, EXPORT, ERASE)
