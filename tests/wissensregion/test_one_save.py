"""A press on Save waits for what belongs to it, and for nothing for ever."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
SCRIPT = (
    Path(settings.BASE_DIR) / "site/wissensregion/static/wissensregion/js/one-save-at-a-time.js"
)
# What Wagtail's form and its editor of rich text look like to a script.
FORM = """
<form data-controller="w-autosave">
  <div><div data-draftail-editor-wrapper="true"><div data-draftail-editor="true">
    <div data-block="true"><span data-text="true">Worte</span></div>
  </div></div>
  <input type="hidden" name="body-0-value" value='{"blocks":[{"type":"unstyled","text":"Worte"}]}'>
  </div>
  <button name="action-publish" value="1">Publish</button>
</form>
<output></output>
<script>
document.addEventListener("submit", (event) => {
  event.preventDefault();
  const field = new FormData(event.target).get("body-0-value");
  document.querySelector("output").textContent += `sent ${JSON.parse(field).blocks[0].text} `;
});
</script>
"""


@pytest.fixture
def form(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    page.clock.install()
    page.set_content(FORM)
    page.add_script_tag(path=SCRIPT)
    page.clock.run_for(1_000)
    yield page
    page.close()


def test_a_save_that_hangs_keeps_nobody_from_publishing(form: Page) -> None:
    form.evaluate("document.dispatchEvent(new CustomEvent('w-autosave:save'))")
    form.get_by_role("button").click()
    form.clock.run_for(9_000)
    expect(form.locator("output")).to_have_text("")

    form.clock.run_for(2_000)

    expect(form.locator("output")).to_have_text("sent Worte ")


def test_words_that_are_slow_to_reach_the_form_are_waited_for(form: Page) -> None:
    form.evaluate("document.querySelector('[data-text]').textContent = 'Mehr Worte'")
    form.get_by_role("button").click()
    form.clock.run_for(3_000)
    expect(form.locator("output")).to_have_text("")

    form.evaluate(
        'document.querySelector(\'input\').value = \'{"blocks":[{"text":"Mehr Worte"}]}\''
    )
    form.clock.run_for(200)

    expect(form.locator("output")).to_have_text("sent Mehr Worte ")
