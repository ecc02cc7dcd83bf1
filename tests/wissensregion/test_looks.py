"""The promises of the design that numbers and names can prove."""

from __future__ import annotations

import gzip
import re
from itertools import product
from math import cos, radians, sin
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from django.test import Client

    from home.models import HomePage

STATIC = settings.BASE_DIR / "site/wissensregion/static/wissensregion"
TEMPLATES = settings.BASE_DIR / "templates"
CSS = {path.name: path.read_text() for path in (STATIC / "css").glob("*.css")}
TOKEN = re.compile(r"--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);")
WORDS = ("ink", "quiet", "river", "river-deep", "brick", "meadow", "amber", "violet", "bad")
LIGHT, DARK = CSS["tokens.css"].split("@media (prefers-color-scheme: dark)")
Colour = tuple[float, float, float]


def tokens(css: str) -> dict[str, Colour]:
    return {name: (float(a), float(b), float(c)) for name, a, b, c in TOKEN.findall(css)}


SCHEMES = {"light": tokens(LIGHT), "dark": tokens(LIGHT) | tokens(DARK)}


def luminance(colour: Colour) -> float:
    """Relative luminance of an OKLCH colour, as WCAG defines it for sRGB."""
    lightness, chroma, hue = colour
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(max(part, 0), 1) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("scheme", "ground", "word"), [*product(SCHEMES, ("paper", "mist"), WORDS)]
)
def test_text_can_be_read_on_every_ground(scheme: str, ground: str, word: str) -> None:
    colours = SCHEMES[scheme]

    assert contrast(colours[word], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_buttons_and_the_foot_can_be_read(scheme: str) -> None:
    colours = SCHEMES[scheme]

    assert contrast(colours["on-river"], colours["river"]) >= 4.5
    assert contrast(colours["on-river"], colours["river-deep"]) >= 4.5
    assert contrast(colours["on-water"], colours["water"]) >= 4.5


@pytest.mark.parametrize(("scheme", "ground"), [*product(SCHEMES, ("paper", "mist"))])
def test_the_edge_of_a_field_can_be_seen(scheme: str, ground: str) -> None:
    assert contrast(SCHEMES[scheme]["field"], SCHEMES[scheme][ground]) >= 3


@pytest.mark.parametrize("name", CSS)
def test_a_stylesheet_asks_no_other_host(name: str) -> None:
    assert "//" not in re.sub(r"/\*.*?\*/", "", CSS[name], flags=re.DOTALL)


def test_everything_a_stylesheet_names_is_there() -> None:
    named = {name for css in CSS.values() for name in re.findall(r'url\("\.\./([^"]+)"\)', css)}

    assert named
    assert {name for name in named if not (STATIC / name).exists()} == set()


def sided(css: str) -> list[str]:
    """What a stylesheet says of left and right, by name or as the second and fourth of four."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    named = re.findall(r"[\w-]*\b(?:left|right)\b[^;}]*", css)
    four = [
        values
        for values in re.findall(r"(?:margin|padding|inset|border-width): ([^;}]+)", css)
        # A part is a word, or a function with whatever stands between its brackets.
        if len(parts := re.findall(r"(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|[^\s()])+", values)) == 4
        and parts[1] != parts[3]
    ]
    return named + four


def test_a_stylesheet_with_a_side_is_found_out() -> None:
    assert sided("a { margin-left: 0; }") == ["margin-left: 0"]
    assert sided("a { text-align: right }")
    assert sided("a { padding: 0 1rem 0 0; }")
    assert not sided("a { padding: 1rem 0 2rem 0; margin-inline: 0 1rem; }")


@pytest.mark.parametrize("name", CSS)
def test_no_stylesheet_knows_left_from_right(name: str) -> None:
    assert sided(CSS[name]) == []


def test_every_font_comes_with_its_licence() -> None:
    families = {path.name.split("-latin")[0] for path in (STATIC / "fonts").glob("*-latin.woff2")}

    assert families == {path.name[: -len("-OFL.txt")] for path in (STATIC / "fonts").glob("*.txt")}


def test_the_stylesheets_stay_small() -> None:
    # As they travel; the office's is none of the readers'.
    sizes = {name: len(gzip.compress(css.encode())) for name, css in CSS.items()}

    assert sum(sizes.values()) - sizes["office.css"] < 15_000


@pytest.mark.parametrize("room", ["components", "blocks", "home", "news", "partners", "newsletter"])
def test_no_template_needs_an_inline_style_or_script(room: str) -> None:
    # Data for search engines is no program: no policy has to allow it.
    inline = re.compile(r"\sstyle=|<style|<script(?! src=| type=\"application/ld\+json\")|\son\w+=")
    public = [*(TEMPLATES / room).glob("*.html"), TEMPLATES / "base.html", TEMPLATES / "500.html"]

    assert [path.name for path in public if inline.search(path.read_text())] == []


def test_the_page_for_our_own_faults_needs_nothing_from_us() -> None:
    html = render_to_string("500.html")

    assert "{" not in html
    assert 'lang="de"' in html
    assert 'lang="en"' in html


@pytest.mark.django_db
def test_a_page_waits_for_one_file_of_styles_that_has_all_sheets(
    client: Client, home: HomePage
) -> None:
    html = client.get("/").content.decode()
    [address] = re.findall(r'<link rel="stylesheet" href="([^"]+)">', html)

    answer = client.get(address)

    assert "immutable" in answer["Cache-Control"]
    text = answer.content.decode()
    for name in ("tokens", "base", "components", "forms", "pages"):
        last = CSS[f"{name}.css"].rstrip("}\n ").rpartition("\n")[2].strip()
        assert last in text, name
    for path in re.findall(r'url\("([^"]+)"\)', text):
        assert path.startswith("/static/wissensregion/")
        assert (STATIC.parent / path.removeprefix("/static/")).exists()
    # A process of the version before has the same to give, and lets nobody keep it.
    assert "no-cache" in client.get("/styles-gone.css")["Cache-Control"]
