"""Wagtail's rights on pages, and where publishing goes through four eyes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from wagtail.models import PagePermissionTester, WorkflowPage

from wissensregion.four_eyes.approval import FourEyesTask

if TYPE_CHECKING:
    from wagtail.models import Page

    from wissensregion.models import User

# As Wagtail keeps its own rights: asked once for each request, whose user this is.
KEPT = "_places_under_workflows"


class PagePermissions(PagePermissionTester):
    """Rights on a page: where four eyes bind, nobody publishes with the right to alone.

    Superusers neither; they can change the workflow, which is logged.
    """

    def may_publish(self) -> bool:
        """Whether somebody has the right; whatever is decided besides publishing goes by it."""
        return bool(super().can_publish())

    def can_publish(self) -> bool:
        return self.may_publish() and not binds(self.page, self.user)

    def can_publish_subpage(self) -> bool:
        return bool(super().can_publish_subpage()) and not binds(self.page, self.user)

    def can_unschedule(self) -> bool:
        return self.may_publish()

    def can_set_view_restrictions(self) -> bool:
        return self.may_publish()

    def can_move_to(self, destination: Page) -> bool:
        """Nothing gets round the second person by being published elsewhere."""
        if not super().can_move_to(destination):
            return False
        if binds(self.page, self.user) == binds(destination, self.user):
            return True
        return not self.page.get_descendants(inclusive=True).live().exists()


def permissions_for_user(page: Page, user: User) -> PagePermissionTester:
    return PagePermissions(user, page)


def binds(page: Page, user: User) -> bool:
    """Whether the workflow of a page, its own or the nearest above it, binds everybody."""
    if not hasattr(user, KEPT):
        setattr(user, KEPT, _places())
    above = [place for place in getattr(user, KEPT) if page.path.startswith(place[0])]
    return bool(above) and max(above)[1]


def _places() -> list[tuple[str, bool]]:
    """Where workflows begin in the tree, and whether they bind."""
    binding = FourEyesTask.objects.filter(
        active=True, binding=True, workflow_tasks__workflow=OuterRef("workflow")
    )
    places = WorkflowPage.objects.filter(workflow__active=True).annotate(binds=Exists(binding))
    return list(places.values_list("page__path", "binds"))
