"""Where the form stands: on a page of its own, and in the text of any other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.models import SignupPage, SignupRequest
from tests.newsletter.reading import main_of

if TYPE_CHECKING:
    from home.models import HomePage
    from tests.newsletter.reading import Visitor


def test_the_sign_up_page_takes_readers_in_its_own_language(
    visitor: Visitor, english_home: HomePage
) -> None:
    page = SignupPage(title="Subscribe", slug="subscribe", locale=english_home.locale)
    english_home.add_child(instance=page)
    shown = visitor.client.get("/en/subscribe/")
    visitor.clock.shift(10)

    answer = visitor.sends(shown, address="dora@example.org")

    assert answer["Content-Language"] == "en"
    request = SignupRequest.objects.get()
    assert (request.locale, request.source) == ("en", "/en/subscribe/")
    assert not shown.cookies


def test_two_forms_on_one_page_do_not_share_an_id(visitor: Visitor, home: HomePage) -> None:
    home.body = [("signup", {"heading": "", "text": ""}), ("signup", {"heading": "B", "text": ""})]
    home.save_revision().publish()

    page = visitor.client.get("/")

    ids = re.findall(r' id="(signup-[^"]+)"', main_of(page))
    assert len(ids) == len(set(ids)) == 6
    assert not page.cookies
