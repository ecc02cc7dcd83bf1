"""The switch of the weekly mail among a colleague's notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab
from wagtail.admin.widgets import SwitchInput

from wissensregion.expiring import ends

if TYPE_CHECKING:
    from wissensregion.models import User

    ModelForm = forms.ModelForm[User]
else:
    ModelForm = forms.ModelForm


class DigestForm(ModelForm):
    """Whether somebody wants the mail."""

    class Meta:
        model = get_user_model()
        fields: ClassVar = ["wants_digest"]
        widgets: ClassVar = {"wants_digest": SwitchInput()}


class DigestPanel(BaseSettingsPanel):
    """Shown to those who may see what ends."""

    name = "digest"
    title = _("Rights and figures")
    tab = notifications_tab
    order = 200
    form_class = DigestForm

    def is_active(self) -> bool:
        return bool(self.user.has_perm(ends.SEE))
