"""The record of processing (GDPR 30), written from the table of retention.

With the facts of an installation it is that installation's; without them it is the form that
``docs/records-of-processing.md`` shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override

from wissensregion.retention.facts import PrivacyFacts
from wissensregion.retention.rules import Rule, by_activity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wissensregion.retention.facts import Processor
    from wissensregion.retention.rules import Activity


def measures() -> list[str]:
    """What protects the data (GDPR 30(1)(g), 32): as far as the programme itself does it."""
    return [
        _("Everything is served encrypted; no scripts or pictures come from others."),
        _("No reading is measured: no counting pictures, no links that say who clicked."),
        _("Networks of visitors are shortened when they are recorded; no IP address is kept."),
        _("Addresses are masked in the CMS; showing them takes a right and a reason, and is "
          "recorded."),
        _("What outlives a person is a hash with a key that is not in the database."),
        _("The proof of consent is a chain of hashes; the database refuses to change it."),
        _("Rights are given by group; colleagues see what their work needs."),
        _("Log lines and tasks hold numbers, no mail addresses."),
    ]  # fmt: skip


def as_form() -> str:
    """Return the record in English with places to fill in: what the documentation shows."""
    with override("en"):
        return "\n".join(_lines(None))


def as_markdown(facts: PrivacyFacts) -> str:
    """Return the record of this installation, in the language of the moment."""
    return "\n".join(_lines(facts))


def to_be_filled_in() -> str:
    return _("to be filled in")


def _lines(facts: PrivacyFacts | None) -> Iterator[str]:
    yield "# " + _("Record of processing activities")
    yield ""
    if facts is None:
        yield "Made by `manage.py write_records` from the table the programme deletes by; do not"
        yield "edit. The record with the values of an installation is in the CMS under *Reports →*"
        yield "*Data protection*. Times that a setting may shorten are shown with their default."
    else:
        yield _("GDPR Art. 30(1). Made from the table by which this site deletes.")
    yield ""
    yield from _responsible(facts or PrivacyFacts())
    yield from _processors(facts)
    for activity, rules in by_activity().items():
        yield from _activity(activity, rules, form=facts is None)
    yield "## " + _("Measures of protection")
    yield ""
    yield from (f"* {measure}" for measure in measures())
    yield ""


def _responsible(facts: PrivacyFacts) -> Iterator[str]:
    yield "## " + _("Who is responsible")
    yield ""
    yield f"* **{_('Controller')}:** {_line(facts.controller)}"
    officer = _line(facts.officer) if facts.officer or not facts.pk else _("none named")
    yield f"* **{_('Data protection officer')}:** {officer}"
    yield f"* **{_('Supervisory authority')}:** {_line(facts.authority)}"
    yield ""


def _processors(facts: PrivacyFacts | None) -> Iterator[str]:
    yield "## " + _("Who works for us (GDPR Art. 28)")
    yield ""
    yield from _table(_("Who"), _("Name"), _("Country"), _("Basis of the transfer"), _("Contract"))
    for each in (facts or PrivacyFacts()).processors:
        yield _row(str(each.role.label), *_told(each, known=facts is not None))
    yield ""
    days = facts.log_days if facts else None
    kept = to_be_filled_in() if days is None else _("%(days)s days") % {"days": days}
    yield _("Access log of the web server, with the addresses of visitors: %(kept)s.") % {
        "kept": kept
    }
    yield ""


def _told(each: Processor, *, known: bool) -> list[str]:
    if not known:
        return [to_be_filled_in()] * 4
    transfer = each.transfer.label if each.transfer else ""
    needless = _("not needed: European Economic Area") if each.country else ""
    date = formats.date_format(each.contract_on, "SHORT_DATE_FORMAT") if each.contract_on else ""
    values = [
        each.name,
        each.country.label if each.country else "",
        transfer if each.needs_transfer else needless,
        date,
    ]
    return [str(value) or to_be_filled_in() for value in values]


def _activity(activity: Activity, rules: list[Rule], *, form: bool) -> Iterator[str]:
    yield f"## {activity.title}"
    yield ""
    recipients = ", ".join(str(recipient.label) for recipient in activity.recipients)
    yield f"* **{_('Purpose')}:** {activity.purpose}"
    yield f"* **{_('Whose data')}:** {activity.whose}"
    yield f"* **{_('Legal basis')}:** {activity.basis.label}. {activity.because}"
    yield f"* **{_('Recipients')}:** {recipients}"
    yield ""
    yield from _table(_("Data"), _("How long"), _("Why so long"), _("Ended by"))
    for rule in rules:
        setting = f" (`{rule.setting}`)" if form and rule.setting else ""
        yield _row(str(rule.data), rule.how_long + setting, str(rule.reason), ended_by(rule))
    yield ""


def ended_by(rule: Rule) -> str:
    return _("the programme") if rule.expired else _("people, or what is said under “How long”")


def _table(*heads: str) -> Iterator[str]:
    yield _row(*heads)
    yield "|" + "---|" * len(heads)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _line(text: str) -> str:
    return ", ".join(line.strip() for line in text.splitlines() if line.strip()) or (
        to_be_filled_in()
    )
