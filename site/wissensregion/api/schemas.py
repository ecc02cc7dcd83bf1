"""What every answer is made of, as the reference describes it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

Html = Annotated[str, Field(json_schema_extra={"format": "html"})]


class Rendition(Schema):
    """A picture in one size and format."""

    url: str
    width: int
    height: int
    format: str = Field(description="MIME type, for example image/webp")


class Person(Schema):
    """Someone on a picture."""

    name: str
    role: str
    organisation: str


class Licence(Schema):
    """The terms under which a picture is shown."""

    code: str
    name: str = Field(description="In the language of the page")
    url: str = Field(description="The licence's text; empty where it is not a public one")


class FocalPoint(Schema):
    """What must stay visible when a picture is cropped, in pixels of the original."""

    x: int
    y: int
    width: int
    height: int


class Image(Schema):
    """A picture with its rights and the people it shows."""

    id: int
    title: str = Field(description="Empty once the picture may not be shown any more")
    shown_until: date | None = Field(
        description="The last day on which licence and consents allow it; null: without an end"
    )
    notice: str = Field(
        description="What to tell readers in place of a picture whose time has passed, else empty"
    )
    artwork: str = Field(description="Seed for the drawn artwork that then takes its place")
    alt: str = Field(
        description="As written for this use, else the picture's own description; or the notice"
    )
    decorative: bool = Field(description="True: it says nothing the text does not; alt is empty")
    credit: str = Field(description="Must be shown with the picture")
    licence: Licence
    people: list[Person] = Field(
        description="In the order in which they stand; none once it may not be shown any more"
    )
    width: int
    height: int
    focal_point: FocalPoint | None
    renditions: list[Rendition] = Field(
        description="Narrow to wide; empty until they are made, and if it may not be shown"
    )


class PageLink(Schema):
    """The way to a page. Null in its place: the page is not public."""

    id: int
    type: str
    locale: str
    title: str
    url: str
    path: str


class Document(Schema):
    """A file to download."""

    id: int
    title: str
    url: str
    size: int | None = Field(description="Bytes")


class Translation(Schema):
    """The same page in another locale."""

    locale: str
    id: int
    url: str
    path: str


class Seo(Schema):
    """What search engines and link previews show."""

    title: str
    description: str


class Teaser(Schema):
    """A headline: what lists show of a page."""

    title: str
    summary: str
    label: str = Field(description="For example the topic of a story")
    published_at: datetime | None
    image: Image | None
    artwork: str = Field(description="Seed for drawn artwork where there is no image")
    accent: str = Field(description="Role of a colour in the design, for example river")


class Headline(Teaser):
    """A teaser on its own, with the way to what it announces."""

    url: str
    locale: str
    page_id: int | None


class Page(Schema):
    """What every page says, whatever its type."""

    id: int
    type: str
    locale: str
    title: str
    slug: str
    url: str
    path: str = Field(description="As by-path takes it")
    first_published_at: datetime | None
    last_published_at: datetime | None
    show_in_menus: bool
    seo: Seo
    parent: PageLink | None
    translations: list[Translation]
    teaser: Teaser | None = Field(description="Null: this type announces nothing")


class Redirect(Schema):
    """Where a page has gone."""

    to: str
    permanent: bool


class PageType(Schema):
    """A type of pages."""

    type: str
    name: str
    description: str


class Language(Schema):
    """A locale of the site."""

    code: str
    name: str = Field(description="In its own language")
    default: bool
    home: PageLink | None


class FieldProblem(Schema):
    """What is wrong with one part of a request."""

    where: str = Field(description="For example query.limit")
    detail: str


class Problem(Schema):
    """An error (RFC 9457): `detail` says what to do."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem]
