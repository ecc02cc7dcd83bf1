"""The look of a second person before a page is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.utils import get_user_display_name
from wagtail.locks import WorkflowLock
from wagtail.models import AbstractGroupApprovalTask, TaskState

from wissensregion.four_eyes import authors

if TYPE_CHECKING:
    from wagtail.models import Page

    from wissensregion.models import User

# So many names can be read; whoever looks for more asks one of them.
NAMED = 5


class OwnChangeError(PermissionDenied):
    """Somebody wants to approve what they have changed themselves."""


class FourEyesLock(WorkflowLock):
    """While a page waits for a second person, whoever has changed it leaves it alone."""

    def get_message(self, user: User) -> str | None:
        if not self.for_user(user):
            return None
        return format_html(
            "<b>{}</b> {}", _("This page waits for a second person."), self.why(user)
        )

    def why(self, user: User) -> str:
        if authors.has_changed(self.object, user):
            task: FourEyesTask = self.task
            return task.refusal(self.object)
        return _("The members of the groups that approve it may change it now.")


class FourEyesTask(AbstractGroupApprovalTask):
    """The approval of a page by somebody who has not changed it since it was last live."""

    binding = models.BooleanField(
        gettext_lazy("binding"),
        default=True,
        help_text=gettext_lazy(
            "Pages under it are published in no other way, whatever rights somebody has; "
            "administrators too."
        ),
    )

    admin_form_fields = [*AbstractGroupApprovalTask.admin_form_fields, "binding"]
    lock_class = FourEyesLock

    class Meta:
        verbose_name = gettext_lazy("four-eyes approval")
        verbose_name_plural = gettext_lazy("four-eyes approvals")

    @classmethod
    def get_description(cls) -> str:
        return _("Members of the chosen groups approve what they have not changed themselves")

    def locked_for_user(self, obj: Page, user: User) -> bool:
        # What the second person reads is what will be published.
        return bool(super().locked_for_user(obj, user)) or authors.has_changed(obj, user)

    def get_actions(self, obj: Page, user: User) -> list[tuple[str, str, bool]]:
        actions: list[tuple[str, str, bool]] = super().get_actions(obj, user)
        if not actions or not authors.has_changed(obj, user):
            return actions
        return [action for action in actions if action[0] != "approve"]

    def on_action(
        self, task_state: TaskState, user: User | None, action_name: str, **kwargs: Any
    ) -> None:
        # Asked again here: between the button and the press somebody may have saved a change, in
        # the same form even.
        if action_name == "approve":
            page = task_state.workflow_state.content_object
            if user is None or authors.has_changed(page, user):
                raise OwnChangeError(self.refusal(page))
        super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(
        self, user: User, **kwargs: Any
    ) -> models.QuerySet[TaskState]:
        states: models.QuerySet[TaskState]
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        waiting = dict(states.values_list("pk", "workflow_state__object_id"))
        own = authors.changed_by(user, {int(page) for page in waiting.values()})
        return states.exclude(pk__in=[pk for pk, page in waiting.items() if int(page) in own])

    def refusal(self, page: Page) -> str:
        """Why somebody who has changed the page cannot approve it, and who can."""
        names = self.named(page)
        if not names:
            return _(
                "You have changed it since it was last live, and nobody else may approve it. "
                "Ask an administrator to add somebody to one of these groups: %(groups)s."
            ) % {"groups": ", ".join(self.groups.values_list("name", flat=True))}
        return _(
            "You have changed it since it was last live, so somebody else approves it: %(names)s."
        ) % {"names": names}

    def named(self, page: Page) -> str:
        return ", ".join(get_user_display_name(user) for user in self.who_may(page)[:NAMED])

    def who_may(self, page: Page) -> list[User]:
        groups = self.groups.all()
        people = get_user_model()._default_manager.filter(is_active=True)  # noqa: SLF001
        people = people.filter(Q(groups__in=groups) | Q(is_superuser=True)).distinct()
        changed = authors.of(page)
        # Members first: whom the office has chosen, before whoever may do everything.
        found = people.exclude(pk__in=changed).order_by("is_superuser", "last_name", "username")
        return list(found)
