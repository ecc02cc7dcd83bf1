"""What the site itself knows about a person."""

MODELS = {"User": True, "SiteImage": True, "SiteRendition": False, "SiteDocument": False}
