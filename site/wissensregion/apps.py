from django.apps import AppConfig


class WissensregionConfig(AppConfig):
    """The site itself: what plugins share, checks and commands."""

    name = "wissensregion"
    verbose_name = "Wissensregion"

    def ready(self) -> None:
        from wissensregion import checks, noticing  # noqa: F401, PLC0415
        from wissensregion.cards import signals as cards  # noqa: F401, PLC0415
        from wissensregion.editing import everywhere  # noqa: PLC0415
        from wissensregion.expiring import noting  # noqa: F401, PLC0415
        from wissensregion.renditions import signals  # noqa: PLC0415

        noticing.watch_connections()
        everywhere.furnish_pages()
        everywhere.let_dates_speak()
        signals.watch()
