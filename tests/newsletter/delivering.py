"""What services make of a call: the mails that come out, in the languages they document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import Any

from django.template import Context, Engine

DJANGO = Engine()
MAILJET = re.compile(r"\{\{(.*?)\}\}|\{%.*?%\}", re.DOTALL)
MAILGUN = re.compile(r"%recipient\.([^%\s]+)%")


@dataclass(frozen=True, slots=True)
class Delivered:
    """One mail as it arrives."""

    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    key: str


def brevo(sent: Any) -> list[Delivered]:
    """Brevo's language is Django's: it escapes the values of variables."""

    def spoken(template: str, params: Any) -> str:
        return str(DJANGO.from_string(template).render(Context({"params": params})))

    mails = []
    for version in sent["messageVersions"]:
        headers = {**sent.get("headers", {}), **version["headers"]}
        key = json.loads(headers.pop("X-Mailin-custom"))["delivery"]
        parts = (sent["subject"], sent["textContent"], sent["htmlContent"])
        subject, text, html = (spoken(part, version["params"]) for part in parts)
        to = tuple(each["email"] for each in version["to"])
        mails.append(Delivered(to, subject, text, html, headers, key))
    return mails


def mailjet(sent: Any) -> list[Delivered]:
    def spoken(template: str, variables: Any) -> str:
        def value(match: re.Match[str]) -> str:
            name = (match[1] or "").strip()
            assert name.startswith("var:"), "Mailjet stops at what it cannot read"
            return str(variables[name.removeprefix("var:")])

        return MAILJET.sub(value, template)

    mails = []
    for own in sent["Messages"]:
        message = sent["Globals"] | own
        assert message["TemplateLanguage"] is True
        parts = (message["Subject"], message["TextPart"], message["HTMLPart"])
        subject, text, html = (spoken(part, message["Variables"]) for part in parts)
        to = tuple(each["Email"] for each in message["To"])
        key = json.loads(message["EventPayload"])["delivery"]
        mails.append(Delivered(to, subject, text, html, message["Headers"], key))
    return mails


def mailgun(sent: Any) -> list[Delivered]:
    variables = json.loads(sent["recipient-variables"][0])
    mails = []
    for address in sent["to"]:

        def spoken(template: str, own: Any = variables[address]) -> str:
            return MAILGUN.sub(lambda match: str(own.get(match[1], match[0])), template)

        parts = (sent["subject"][0], sent["text"][0], sent["html"][0])
        subject, text, html = map(spoken, parts)
        headers = {name[2:]: spoken(sent[name][0]) for name in sent if name.startswith("h:")}
        key = spoken(sent["v:delivery"][0])
        mails.append(Delivered((address,), subject, text, html, headers, key))
    return mails


def postmark(sent: Any) -> list[Delivered]:
    return [
        Delivered(
            tuple(message["To"].split(", ")),
            message["Subject"],
            message["TextBody"],
            message["HtmlBody"],
            {header["Name"]: header["Value"] for header in message["Headers"]},
            message["Metadata"]["delivery"],
        )
        for message in sent
    ]


DELIVERED: dict[str, Callable[[Any], list[Delivered]]] = {
    "brevo": brevo,
    "mailgun": mailgun,
    "mailjet": mailjet,
    "postmark": postmark,
}


def tracking(name: str, sent: Any) -> dict[str, Any]:
    """Return every option of a call that is about tracking."""
    if name == "mailjet":
        parts = [sent["Globals"], *sent["Messages"]]
    else:
        parts = sent if name == "postmark" else [sent]
    return {
        option: value
        for part in parts
        for option, value in part.items()
        if "track" in option.lower()
    }


def sender(name: str, sent: Any) -> tuple[str, str]:
    """Return name and address of who a call says it comes from."""
    match name:
        case "brevo":
            said = (sent["sender"]["name"], sent["sender"]["email"])
        case "mailjet":
            said = (sent["Globals"]["From"]["Name"], sent["Globals"]["From"]["Email"])
        case "mailgun":
            said = parseaddr(sent["from"][0])
        case _:
            said = parseaddr(sent[0]["From"])
    return str(make_header(decode_header(said[0]))), said[1]


def yes(name: str, sent: Any) -> Any:
    """Return the answer of a service that takes everything."""
    if name == "mailgun":
        return {"id": "<mg-1@example.org>", "message": "Queued. Thank you."}
    mails = DELIVERED[name](sent)
    if name == "brevo":
        return {"messageIds": [f"<br-{mail.key}@example.org>" for mail in mails]}
    if name == "mailjet":
        return {"Messages": [mailjet_yes(mail) for mail in mails]}
    return [postmark_yes(mail) for mail in mails]


def mailjet_yes(mail: Delivered) -> dict[str, Any]:
    to = {"Email": mail.to[0].lower(), "MessageID": f"mj-{mail.key}", "MessageUUID": "u"}
    return {"Status": "success", "To": [to]}


def mailjet_no(status: int = 400, about: str = "To[0].Email") -> dict[str, Any]:
    error = {
        "ErrorCode": "mj-0013", "StatusCode": status,
        "ErrorMessage": '"ada@example.org" is an invalid email address.',
        "ErrorRelatedTo": [about],
    }  # fmt: skip
    return {"Status": "error", "Errors": [error]}


def postmark_yes(mail: Delivered) -> dict[str, Any]:
    return {
        "To": mail.to[0], "SubmittedAt": "2026-11-23T12:00:00Z", "ErrorCode": 0,
        "MessageID": f"pm-{mail.key}", "Message": "OK",
    }  # fmt: skip


def postmark_no(code: int = 406, message: str = "") -> dict[str, Any]:
    inactive = (
        "You tried to send to a recipient that has been marked as inactive.\n"
        "Found inactive addresses: ada@example.org.\nInactive recipients are ones that …"
    )
    return {"ErrorCode": code, "Message": message or inactive}
