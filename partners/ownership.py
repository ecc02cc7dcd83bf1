"""What belongs to a partner stays with it: who may do what with a page it owns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wagtail.models import Page

from wissensregion.editing.forms import PageForm
from wissensregion.four_eyes.permissions import PagePermissions

if TYPE_CHECKING:
    from wissensregion.models import User


class OwnedPagePermissions(PagePermissions):
    """Rights on a page the office gave to a partner: members never take it away.

    Wagtail lets whoever may change an unpublished page also delete and move it.
    """

    def can_delete(self, *, ignore_bulk: bool = False) -> bool:
        return self.may_publish() and bool(super().can_delete(ignore_bulk=ignore_bulk))

    def can_copy(self) -> bool:
        return self.may_publish()


class RoomPermissions(OwnedPagePermissions):
    """Rights on a partner's room: members write below it, the room itself is the office's."""

    def can_edit(self) -> bool:
        return self.may_publish() and bool(super().can_edit())


class OwnedPageForm(PageForm):
    """Only who may publish a page says which partner it belongs to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page = self.instance
        if "partner" in self.fields and page.pk and self.for_user:
            rights = page.permissions_for_user(self.for_user)
            self.fields["partner"].disabled = not rights.may_publish()


class OwnedPage(Page):
    """A page the office makes for a partner."""

    base_form_class = OwnedPageForm
    permission_tester: type[PagePermissions] = OwnedPagePermissions

    class Meta:
        abstract = True

    def permissions_for_user(self, user: User) -> PagePermissions:
        return self.permission_tester(user, self)
