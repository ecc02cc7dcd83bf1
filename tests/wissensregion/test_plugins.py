"""The contract with plugins: found, switched on, checked, and each slot used."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from tests.wissensregion.processes import ROOT, Site
from wissensregion import plugin
from wissensregion.api import lookup
from wissensregion.plugin import PLATFORM, SLOTS

if TYPE_CHECKING:
    from tests.wissensregion.samples import Samples

GUESTBOOK = ROOT / "tests" / "dummy_plugin"
ALL = ["home", "news", "partners", "newsletter"]
OPTIONAL = ["news", "partners", "newsletter"]
WRITE = """
from guestbook.models import Entry
Entry.objects.create(address="ada@example.org", text="Schön war es")
"""


def install(project: Path, into: Path) -> None:
    """Leave the traces of an installed distribution, as an installer writes them."""
    about = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    traces = into / f"{about['name'].replace('-', '_')}-{about['version']}.dist-info"
    traces.mkdir(parents=True)
    (traces / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {about['name']}\nVersion: {about['version']}\n"
    )
    lines = []
    for group, entries in about["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())]
    (traces / "entry_points.txt").write_text("\n".join(lines) + "\n")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site into whose environment the guest book is installed."""
    install(GUESTBOOK, tmp_path / "installed")
    return Site(tmp_path / "var", modules=(GUESTBOOK, tmp_path / "installed"))


def test_a_plugin_from_another_distribution_is_found_but_not_loaded(site: Site) -> None:
    listed = json.loads(site.manage("plugins", "--json", GUESTBOOK_BROKEN="1").stdout)

    (guestbook,) = [each for each in listed["plugins"] if each["name"] == "guestbook"]
    assert guestbook == {
        "name": "guestbook",
        "running": False,
        "package": "wissensregion-guestbook",
        "version": "1.4",
        "fits": "",
        "address": "",
        "slots": [],
    }


def test_a_plugin_that_is_named_runs_and_fills_every_slot(site: Site) -> None:
    named = {"PLUGINS": ",".join([*ALL, "guestbook"])}

    listed = json.loads(site.manage("plugins", "--json", **named).stdout)["plugins"]
    table = site.manage("plugins", **named).stdout

    (guestbook,) = [each for each in listed if each["name"] == "guestbook"]
    assert guestbook["running"]
    assert (guestbook["fits"], guestbook["address"]) == (">=0.1,<0.2", "/guestbook/")
    assert guestbook["slots"] == list(SLOTS)
    assert re.search(r"guestbook +yes +wissensregion-guestbook +1\.4", table)


def test_the_site_uses_every_slot_of_a_plugin(site: Site) -> None:
    named = "home,guestbook"
    asked(site, new=True, PLUGINS=named)
    site.manage("shell", "-c", WRITE, PLUGINS=named)

    answers = asked(site, "/", "/guestbook/", "/api/v1/guestbook/entries/", PLUGINS=named)
    exported = json.loads(site.manage("export_person", "ada@example.org", PLUGINS=named).stdout)
    erased = site.manage("erase_person", "ada@example.org", "--yes", PLUGINS=named).stdout
    again = json.loads(site.manage("export_person", "ada@example.org", PLUGINS=named).stdout)

    assert "Schön war es" in answers["/"][1]
    assert answers["/guestbook/"] == [200, "Schön war es"]
    assert json.loads(answers["/api/v1/guestbook/entries/"][1]) == ["Schön war es"]
    assert exported["known"]["guestbook"]["entries"][0]["text"] == "Schön war es"
    assert "guestbook: rows 1" in erased
    assert again["known"] == {}


PROOF = """
from home.models import HomePage
from wissensregion.proofing.asking import refusals
page = HomePage.objects.get()
page.title = "Willkommen!!"
print([(str(each.where), each.message) for each in refusals(page)])
"""


def test_a_check_of_a_plugin_looks_at_every_page(site: Site) -> None:
    asked(site, new=True, PLUGINS="home,guestbook")

    found = site.manage("shell", "--no-imports", "-c", PROOF, PLUGINS="home,guestbook").stdout
    without = site.manage("shell", "--no-imports", "-c", PROOF, PLUGINS="home").stdout

    assert found.strip() == "[('Titel', 'Ein Ausrufezeichen genügt.')]"
    assert without.strip() == "[]"


def asked(site: Site, *addresses: str, new: bool = False, **environment: str) -> Any:
    """Ask a site for addresses, in a process of its own; return status and content of each."""
    code = f"from tests.wissensregion import fresh_site; fresh_site.ask({addresses!r}, new={new})"
    done = site.manage("shell", "--no-imports", "-c", code, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_plugin_that_does_not_fit_stops_the_start(site: Site) -> None:
    done = site.manage("check", PLUGINS="home,guestbook", GUESTBOOK_PLATFORM=">=7,<8")

    assert done.returncode != 0
    assert "guestbook fits Wissensregion >=7,<8" in done.stderr
    assert f"this is Wissensregion {PLATFORM}" in done.stderr


def test_a_plugin_that_names_no_platform_is_reported(site: Site) -> None:
    done = site.manage("check", PLUGINS="home,guestbook", GUESTBOOK_PLATFORM="")

    assert done.returncode != 0
    assert "wissensregion.E003" in done.stderr


def test_a_broken_module_is_a_traceback_not_an_answer(site: Site) -> None:
    done = site.manage("check", PLUGINS="home,guestbook", GUESTBOOK_BROKEN="1")

    assert done.returncode != 0
    assert "ModuleNotFoundError: No module named 'a_module_nobody_installed'" in done.stderr


def test_a_missing_module_is_an_answer() -> None:
    home = next(each for each in plugin.plugins() if each.name == "home")

    assert plugin.offer(home, "nothing_of_this_name", "anything") is None


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ImproperlyConfigured, match="PLUGINS names nwes, but installed are only"):
        plugin.named("home,nwes")


def test_a_doubled_name_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="PLUGINS names news twice"):
        plugin.named("home,news,news")


def test_no_site_stands_without_home() -> None:
    with pytest.raises(ImproperlyConfigured, match="Add it: home,news"):
        plugin.named("news")


def test_two_packages_cannot_offer_the_same_plugin(site: Site, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    text = (GUESTBOOK / "pyproject.toml").read_text()
    (other / "pyproject.toml").write_text(text.replace("wissensregion-guestbook", "other-book"))
    install(other, tmp_path / "installed")

    done = site.manage("check")

    assert "Two packages offer a plugin guestbook" in done.stderr


@pytest.mark.parametrize("missing", OPTIONAL)
def test_a_new_site_serves_without(tmp_path: Path, missing: str) -> None:
    site = Site(tmp_path, {"PLUGINS": ",".join(name for name in ALL if name != missing)})

    answers = asked(site, "/", "/api/v1/pages/", "/api/v1/openapi.json", "/nowhere/", new=True)

    assert {address: status for address, (status, _content) in answers.items()} == {
        "/": 200,
        "/api/v1/pages/": 200,
        "/api/v1/openapi.json": 200,
        "/nowhere/": 404,
    }
    checked = site.manage("check", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr


@pytest.mark.skipif(connection.vendor != "sqlite", reason="copies the database as a file")
@pytest.mark.parametrize("missing", OPTIONAL)
def test_a_plugin_taken_out_leaves_the_others_standing(
    samples: Samples, tmp_path: Path, missing: str
) -> None:
    pages = {model: samples.page(model) for model in lookup.page_models().values()}
    copy_database(tmp_path / "site.sqlite3")
    site = Site(tmp_path, {"PLUGINS": ",".join(name for name in ALL if name != missing)})

    every = "/api/v1/pages/?limit=100"
    answers = asked(site, "/en/", every, *(page.url for page in pages.values()))

    assert answers["/en/"][0] == 200
    listed = json.loads(answers[every][1])["items"]
    assert {page["type"].partition(".")[0] for page in listed} == set(ALL) - {missing}
    for model, page in pages.items():
        gone = model._meta.app_label == missing
        assert answers[page.url][0] == (404 if gone else 200), model


def copy_database(path: Path) -> None:
    """Write the tests' database to a file, open transaction and all."""
    path.write_bytes(connection.connection.serialize())


def test_every_slot_is_documented() -> None:
    documented = (ROOT / "docs" / "plugins.md").read_text()

    assert set(re.findall(r"^\| `([A-Za-z_.]+)` \|", documented, re.MULTILINE)) == set(SLOTS)


def test_the_running_plugins_are_those_of_the_setting() -> None:
    running = [f"{type(each).__module__}.{type(each).__name__}" for each in plugin.plugins()]

    assert running == settings.PLUGINS


def test_the_command_lists_what_runs(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("plugins")

    out = capsys.readouterr().out
    assert f"Wissensregion {PLATFORM}" in out
    assert all(name in out for name in ALL)
