"""The award story as the editor writes it, and every word of it in English."""

from __future__ import annotations

from django.utils.text import slugify

TITLE = "Expat Service Desk gewinnt Preis für Wirtschaftsförderung"
SUMMARY = (
    "Das gemeinsame Büro von Stadt und Kammer setzt sich gegen 77 Mitbewerber durch. "
    "Es begleitet Fachkräfte aus aller Welt beim Ankommen am Rhein."
)
AWARD = "Innovative Wirtschaftsförderung 2019"
CATEGORY = "Fachkräfte gewinnen"
BODY = "Forum der Wirtschaftsförderer"
PLACE = "Hannover"
ALT = "Drei Personen halten gemeinsam eine Urkunde"
HEADING = "Ein Büro, viele Wege"
PARAGRAPH = "Wer neu ankommt, braucht einen Ansprechpartner statt vieler Formulare."
QUOTE = "Der Preis gehört allen, die täglich Fragen beantworten"
SPEAKER = "Ada Beispiel"
# As Wagtail makes it of the title.
SLUG = slugify(TITLE, allow_unicode=True)
CREDIT = "Paula Lichtbild"
ORDER = "von links nach rechts"
ROLES = ("Leitung", "Beratung", "Vorstand")
PEOPLE = ("Ada Beispiel", "Ben Muster", "Cleo Probe")

ENGLISH = {
    TITLE: "Expat Service Desk wins award for business development",
    SUMMARY: (
        "The joint office of city and chamber prevails over 77 competitors. "
        "It helps skilled people from all over the world to settle on the Rhine."
    ),
    AWARD: "Innovative Business Development 2019",
    CATEGORY: "Attracting skilled people",
    BODY: "Forum of Business Developers",
    PLACE: "Hanover",
    ALT: "Three people hold a certificate together",
    HEADING: "One office, many ways",
    PARAGRAPH: "Whoever arrives needs one person to ask instead of many forms.",
    QUOTE: "The award belongs to everybody who answers questions day by day",
    SPEAKER: SPEAKER,
    ORDER: "from left to right",
    SLUG: "expat-service-desk-wins",
    **dict(zip(ROLES, ("Head", "Advice", "Board"), strict=True)),
    **{name: name for name in PEOPLE},
}

CONTRIBUTION = "Promovieren mit Blick auf den Rhein"
CONTRIBUTION_SUMMARY = "Unsere Graduiertenschule nimmt Promovierende aus jedem Land auf."
CONTRIBUTION_TEXT = "Bewerben kann man sich zweimal im Jahr."
CONTRIBUTION_SLUG = slugify(CONTRIBUTION, allow_unicode=True)

CONTRIBUTION_ENGLISH = {
    CONTRIBUTION: "A doctorate with a view of the Rhine",
    CONTRIBUTION_SUMMARY: "Our graduate school takes doctoral students from every country.",
    CONTRIBUTION_TEXT: "Applications are open twice a year.",
    CONTRIBUTION_SLUG: "doctorate-on-the-rhine",
}

ISSUE = "Newsletter zum Preis"
SUBJECT = "Ein Preis für das Ankommen"
PREHEADER = "Und was die Partner Neues bieten"
GREETING = "Guten Tag, das ist seit der letzten Ausgabe geschehen."
ISSUE_SLUG = "newsletter-zum-preis"

ISSUE_ENGLISH = {
    ISSUE: "Newsletter on the award",
    SUBJECT: "An award for arriving",
    PREHEADER: "And what is new among the partners",
    GREETING: "Hello, this is what happened since the last issue.",
    ISSUE_SLUG: "newsletter-on-the-award",
}
