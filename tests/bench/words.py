"""What a story of the benches says: the same on this site and on a stock one."""

from __future__ import annotations

PARAGRAPH = (
    '<p>Die Region am Rhein forscht, und wer hier ankommt, findet <a linktype="page" id="{page}">'
    "Menschen, die helfen</a>. Hochschulen, Städte und Unternehmen arbeiten zusammen, damit aus "
    "Wissen etwas wird, das bleibt: Arbeit, Wohnungen, Wege und ein Ort, an dem man gern lebt.</p>"
)
PARAGRAPHS = 5
QUOTE = {"text": "Ein Vorbild für andere Regionen", "attribution": "Ada Beispiel"}


def body(page: int) -> list[tuple[str, object]]:
    """A heading, five paragraphs each with a link to a page of the site, and a quotation."""
    return [
        ("heading", {"text": "Was geschah", "level": "2"}),
        *(("paragraph", PARAGRAPH.format(page=page)) for _each in range(PARAGRAPHS)),
        ("quote", QUOTE),
    ]
