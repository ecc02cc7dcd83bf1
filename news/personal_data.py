"""Stories name people only in public text; nothing to export, nothing to erase."""

MODELS = {"NewsPage": False, "AwardStoryPage": False, "NewsIndexPage": False, "Topic": False}
