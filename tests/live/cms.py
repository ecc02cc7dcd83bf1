"""The CMS as an editor uses it: by its forms, in a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone, translation
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from playwright.sync_api import Locator, Page
    from wagtail.blocks import StreamBlock

OK = 200
CHOICE = "td.title a, a.choose-page"
EDIT = re.compile(r"/admin/pages/(\d+)/edit/")


@dataclass
class Cms:
    """One person at work."""

    page: Page
    site: str

    def sign_in(self, username: str, password: str) -> None:
        self.go("")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", password)
        self.page.locator("form:has(#id_password) [type=submit]").click()
        self.page.wait_for_url(f"{self.site}/admin/")

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site}/admin/{path}")

    def new_page(self, page_type: str, parent: int) -> None:
        self.go(f"pages/add/{page_type.lower().replace('.', '/')}/{parent}/")

    def edit(self, page_id: int) -> None:
        self.go(f"pages/{page_id}/edit/")

    def fill(self, **values: str) -> None:
        self.fill_block("", **values)

    def fill_block(self, block: str, **values: str) -> None:
        """Fill the fields of a form, or of one block in it."""
        for name, value in values.items():
            control = self.page.locator(f"[name='{block}{'-' if block else ''}{name}']")
            if control.evaluate("node => node.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)

    def choose(self, field: str, text: str) -> None:
        """Pick a snippet or a page by its name."""
        modal = self._open_chooser(field)
        # What has no words to search in is listed as a whole.
        if (search := modal.locator("input[name=q]")).count():
            search.fill(text)
        modal.locator(CHOICE).filter(has_text=text).first.click()
        self._wait_for_choice(field)

    def choose_picture(self, field: str, title: str) -> None:
        """Pick a picture that is already there."""
        modal = self._open_chooser(field)
        modal.locator("#tab-search a.image-choice").filter(has_text=title).first.click()
        self._wait_for_choice(field)

    def upload_picture(self, field: str, file: Path, **values: str) -> None:
        """Upload a picture from the chooser of a field."""
        modal = self._open_chooser(field)
        modal.locator("#tab-label-upload").click()
        prefix = "#id_image-chooser-upload"
        modal.locator(f"{prefix}-file").set_input_files(file)
        for name, value in values.items():
            control = modal.locator(f"{prefix}-{name}")
            if control.evaluate("node => node.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        modal.locator("#tab-upload form [type=submit]").click()
        self._wait_for_choice(field)

    def add_block(self, stream: str, block: StreamBlock, name: str) -> str:
        """Append a block to a stream and return the id its fields begin with."""
        with translation.override("de"):
            label = str(block.child_blocks[name].label)
        number = self.page.locator(f"input[name='{stream}-count']").input_value()
        container = self.page.locator(f"[data-contentpath='{stream}']").first
        container.locator("button.c-sf-add-button").last.click()
        self.page.get_by_role("option", name=label, exact=True).last.click()
        prefix = f"{stream}-{number}"
        expect(self.page.locator(f"input[name='{prefix}-type']")).to_have_value(name)
        return f"{prefix}-value"

    def write(self, block: str, text: str) -> None:
        """Type into a field of rich text."""
        editor = self.page.locator(f"[data-contentpath]:has(input[name='{block}'])").last
        area = editor.locator("[contenteditable=true]").first
        area.click()
        self.page.keyboard.insert_text(text)

    def schedule(self, at: datetime) -> None:
        """Say when the page that is open goes live, to the second."""
        self.page.locator("[data-side-panel-toggle=status]").first.click()
        self.page.locator("[data-a11y-dialog-show=schedule-publishing-dialog]").first.click()
        dialog = self.page.locator("#schedule-publishing-dialog")
        expect(dialog.locator("[data-schedule-heartbeat]")).to_contain_text("zuletzt vor")
        field = dialog.locator("[name=go_live_at]")
        field.click()
        # The calendar comes a moment after the focus, and hides the button until one clicks beside.
        calendar = self.page.locator(".xdsoft_datetimepicker:visible")
        expect(calendar).to_have_count(1)
        field.fill(f"{timezone.localtime(at):%d.%m.%Y %H:%M:%S}")
        dialog.locator(".w-dialog__title").click()
        expect(calendar).to_have_count(0)
        # Whoever closes the dialog instead has changed nothing.
        self._submit(dialog.locator("button.action-save").click)

    def save(self) -> int:
        """Save a draft and return the page's id."""
        self._submit(self.page.locator("button.action-save").first.click)
        return self.page_id()

    def press(self, action: str) -> None:
        """Choose an action of the menu beside Save, e.g. ``publish`` or ``submit``."""
        self._submit(lambda: self.click_action(f"button[name='action-{action}']"))

    def _submit(self, click: Callable[[], None]) -> None:
        """Press a button of the editor and wait for the next document.

        At once, as people do, though Wagtail may be saving a draft by itself at that moment. The
        address is no sign that the press was heard: a saved draft changes it too.
        """
        self.page.wait_for_load_state()
        self.page.locator("html").evaluate("document => document.dataset.pressed = ''")
        click()
        expect(self.page.locator("html[data-pressed]")).to_have_count(0)
        self.wait_for_success()

    def start_translation(self, page_id: int, language: str) -> int:
        """Submit a page for translation and return the translation, open in its editor."""
        self.go(f"localize/submit/page/{page_id}/")
        self.page.locator("#id_locales").get_by_label(language).check()
        self.page.locator("main form [type=submit]").click()
        self.page.wait_for_url(EDIT)
        return self.page_id()

    def translate(self, words: dict[str, str]) -> None:
        """Translate every segment of the page that is open, on all its tabs."""
        expect(self.page.locator("li.incomplete:visible").first).to_be_visible()
        for tab in self.page.locator("main").get_by_role("tab").all():
            tab.click()
            self._translate_segments(words)

    def publish_translation(self) -> None:
        with self.page.expect_navigation():
            self.page.locator("footer button[name=action][value=publish]").click()
        self.wait_for_success()

    def page_id(self) -> int:
        found = EDIT.search(self.page.url)
        assert found, f"{self.page.url} is not the editor of a page"
        return int(found.group(1))

    def click_action(self, selector: str) -> None:
        """Click what the menu at the foot of the editor offers, unfolded where it must be."""
        button = self.page.locator(f"footer {selector}").first
        if not button.is_visible():
            self.page.locator("footer .w-dropdown__toggle").first.click()
        button.click()

    def approve(self, page_id: int) -> None:
        """Approve a page on the first screen, where what waits for a decision is listed."""
        self.go("")
        approval = (
            f"[data-workflow-action-url*='/action/{page_id}/approve/']:not([data-launch-modal])"
        )
        row = self.page.locator("tr").filter(has=self.page.locator(approval))
        row.locator(".w-dropdown__toggle").first.click()
        with self.page.expect_navigation():
            self.page.locator(approval).first.click()
        expect(self.page.locator(approval)).to_have_count(0)

    def wait_for_success(self) -> None:
        success = self.page.locator(".messages .success")
        complaint = self.page.locator(".messages .error, .error-message")
        expect(success.or_(complaint).first).to_be_visible()
        assert success.count(), f"the CMS refused: {self.errors()}"

    def may_add(self, page_type: str, parent: int) -> bool:
        path = page_type.lower().replace(".", "/")
        answer = self.page.request.get(
            f"{self.site}/admin/pages/add/{path}/{parent}/", max_redirects=0
        )
        return answer.ok and answer.status == OK

    def errors(self) -> str:
        """What the form complains of, for a readable failure."""
        return " | ".join(self.page.locator(".error-message, .messages .error").all_inner_texts())

    def _translate_segments(self, words: dict[str, str]) -> None:
        """Translate what is visible; buttons are taken by their order, the last one goes on."""
        segments = self.page.locator("li.incomplete:visible")
        while left := segments.count():
            source = segments.first.locator("p").first.inner_text()
            assert source in words, f"the story has no translation of {source!r}"
            segments.first.locator("button").last.click()
            opened = self.page.locator("li:has(> div > textarea)")
            opened.locator("textarea").fill(words[source])
            opened.locator("button").last.click()
            expect(segments).to_have_count(left - 1)

    def _open_chooser(self, field: str) -> Locator:
        chooser = self.page.locator(f"[id='id_{field}-chooser'], [id='{field}-chooser']")
        chooser.locator("[data-chooser-action-choose]").first.click()
        modal = self.page.locator(".modal-dialog")
        expect(modal.locator(".modal-body")).to_be_visible()
        return modal

    def _wait_for_choice(self, field: str) -> None:
        expect(self.page.locator(f"input[name='{field}']")).not_to_have_value("")
        expect(self.page.locator(".modal-dialog")).to_have_count(0)
