"""What the groups of an installation may do, beyond what Wagtail gives them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext, override
from wagtail.models import Task, Workflow

EDITORS = "Editors"
MODERATORS = "Moderators"
OPERATORS = "Operators"
# What Wagtail calls the workflow it brings, in every language.
WAGTAILS_WORKFLOW = "Moderators approval"
# Wagtail makes the first two groups; plugins that are off have no permissions to give.
RIGHTS = {
    EDITORS: [
        ("wissensregion", "see_deadlines"),
        ("home", "change_siteprofile"),
        ("news", "add_topic"),
        ("news", "change_topic"),
    ],
    MODERATORS: [
        ("wissensregion", "see_deadlines"),
        ("home", "change_siteprofile"),
        ("home", "view_accessibilityreport"),
        ("home", "change_accessibilityreport"),
        ("news", "add_topic"),
        ("news", "change_topic"),
        ("news", "delete_topic"),
        ("partners", "add_partner"),
        ("partners", "change_partner"),
        ("partners", "view_partner"),
        ("newsletter", "send_issue"),
        ("newsletter", "change_newsletter"),
        ("newsletter", "view_subscriber"),
        ("newsletter", "view_consentwording"),
        ("wagtail_localize", "submit_translation"),
    ],
    # Whoever runs the site without being allowed everything: beside those who write.
    OPERATORS: [
        ("wagtailadmin", "access_admin"),
        ("newsletter", "send_issue"),
        ("newsletter", "change_senderaccount"),
        ("newsletter", "add_enginehost"),
    ],
}


def give_rights() -> None:
    """Let editors write, moderators publish, send and keep the partners, operators steer.

    Repeatable.
    """
    for name, rights in RIGHTS.items():
        group, _new = Group.objects.get_or_create(name=name)
        for app, codename in rights:
            found = Permission.objects.filter(content_type__app_label=app, codename=codename)
            group.permissions.add(*found)


def name_workflow() -> None:
    """Call Wagtail's own workflow by a name of the site's language, unless somebody has."""
    with override(settings.LANGUAGE_CODE):
        name = gettext("Approval by the editors")
    for model in (Workflow, Task):
        model.objects.filter(name=WAGTAILS_WORKFLOW).update(name=name)
