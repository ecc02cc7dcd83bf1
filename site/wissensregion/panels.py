"""What the CMS's first page says of the processes behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.permissions import policy_registry

from wissensregion.models import Readiness, SiteImage
from wissensregion.retention import running
from wissensregion.retention.facts import PrivacyFacts
from wissensregion.scheduling import pulse
from wissensregion.working import heartbeats
from wissensregion.working.heartbeats import Kind

if TYPE_CHECKING:
    from datetime import datetime

LATE = timedelta(minutes=5)
# So many pictures that cannot be shown are named.
SHOWN = 10


class ProcessesPanel(Component):
    """When worker and clock were last heard of: always for those who run the site, for others
    when something is missing.
    """

    name = "processes"
    template_name = "wissensregion/admin/processes_panel.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        tick, worker = heartbeats.last(Kind.TICK), heartbeats.last(Kind.WORKER)
        return {
            "tick": tick,
            "worker": worker,
            "tick_late": _is_late(tick),
            "worker_late": _is_late(worker),
            "schedule": "" if pulse.runs() else pulse.words(),
            "detailed": parent_context["request"].user.is_superuser,
        }


class RetentionPanel(Component):
    """What is wrong with data protection, for those who may see what is kept; else nothing."""

    name = "retention"
    template_name = "wissensregion/admin/retention_panel.html"
    order = 60

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {
            "dead": any(standing.is_dead for standing in running.standings()),
            "missing": PrivacyFacts.current().missing(),
        }


class PicturesPanel(Component):
    """The pictures no page can show, for those who may give them another file; else nothing."""

    name = "pictures"
    template_name = "wissensregion/admin/pictures_panel.html"
    order = 70

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        policy = policy_registry.get_by_type(SiteImage)
        own = policy.instances_user_has_permission_for(parent_context["request"].user, "change")
        faulty = Readiness.objects.faulty().filter(image__in=own).select_related("image")
        return {"faulty": list(faulty.order_by("-since")[:SHOWN])}


def _is_late(at: datetime | None) -> bool:
    return at is None or timezone.now() - at > LATE
