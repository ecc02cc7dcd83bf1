from typing import ClassVar

from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from newsletter import guards
from newsletter.pictures import CROPPED, WHOLE
from newsletter.sending import ways
from wissensregion.plugin import Plugin


class NewsletterPlugin(Plugin):
    name = "newsletter"
    url_prefix: ClassVar[str] = "newsletter/"
    platform: ClassVar[str] = ">=0.1,<0.2"
    unseen: ClassVar[tuple[str, ...]] = (
        "AccessLink", "AddressLook", "Attempt", "Batch", "BounceMailbox", "Consent", "ConsentChain",
        "Delivery", "Dispatch", "EngineHost", "FeedbackEvent", "Import", "ImportRow", "MoveNotice",
        "OperatorAct", "Probe", "SenderAccount", "SignupRequest", "SignupTally", "Subscriber",
        "Subscription", "Suppression",
    )  # fmt: skip
    renditions: ClassVar[tuple[str, ...]] = (WHOLE, CROPPED)
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        super().ready()
        guards.GUARDS.extend(guard for guard in ways.GUARDS if guard not in guards.GUARDS)
        pre_migrate.connect(guards.before_migrations, sender=self)
        post_migrate.connect(guards.after_migrations, sender=self)
        from newsletter import checks  # noqa: F401, PLC0415
