"""Public pages only; nothing to export, nothing to erase."""

MODELS = {
    "HomePage": False,
    "StandardPage": False,
    "LegalPage": False,
    "SearchPage": False,
    "SiteProfile": False,
}
