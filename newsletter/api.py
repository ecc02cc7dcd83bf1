"""The newsletter for front ends elsewhere: sign-up and archive."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from newsletter.composing.models import IssuePage
from newsletter.subscriptions import actions, proofs
from newsletter.subscriptions.forms import SignupForm
from wissensregion.models import public
from wissensregion.networks import network_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    # The schema names the codes; a type checker cannot read them off the settings.
    LocaleCode = str
else:
    LocaleCode = Literal[tuple(code for code, _name in settings.LANGUAGES)]

router = Router()

LIMIT = 100
ACCEPTED = 202
TOO_MANY = 429
PageId = Annotated[int, Field(ge=1, le=2**63 - 1)]


class Wish(Schema):
    """Who wants which newsletters, in which language."""

    address: str = Field(max_length=1000, json_schema_extra={"format": "email"})
    locale: LocaleCode
    newsletters: list[Annotated[str, Field(max_length=50)]] = Field(
        [], max_length=20, description="Slugs. Needed only where there is more than one"
    )
    source: str = Field("", max_length=255, description="Address of the page with your form")
    proof: str = Field(
        "",
        max_length=proofs.LONGEST,
        description="Solution of a `challenge`. Without one a mail may take hours on busy days",
    )
    consent: str = Field("", max_length=64, description="`sha256` of the consent text you showed")


class Answer(Schema):
    """The same for every address, known or not."""

    detail: str


class Challenge(Schema):
    """A sum for the visitor's machine (ALTCHA, version 2); its solution is good once."""

    parameters: dict[str, str | int]
    signature: str


class NewsletterItem(Schema):
    """A newsletter one can subscribe to."""

    slug: str
    name: str
    description: str


class ConsentText(Schema):
    """What a form must show, and what is recorded as agreed to."""

    locale: str
    text: str
    sha256: str


class NewsletterList(Schema):
    """The newsletters, and the sentence people agree to."""

    items: list[NewsletterItem]
    consent: ConsentText


class Issue(Schema):
    """One number of a newsletter in one locale."""

    id: int
    locale: str
    newsletter: str
    title: str
    subject: str
    preheader: str
    published_at: datetime | None
    url: str
    page: str = Field(description="Where this API has its body, block by block")


class IssueList(Schema):
    """Some of the issues, and how many there are."""

    total: int
    items: list[Issue]


class IssueFilter(Schema):
    """Which issues, and how many."""

    locale: LocaleCode | None = None
    newsletter: str | None = Field(None, max_length=50, description="Slug")
    limit: int = Field(20, ge=0, le=LIMIT)
    offset: int = Field(0, ge=0, le=2**31 - 1)


@router.post(
    "/subscriptions/",
    response={ACCEPTED: Answer},
    operation_id="subscribe",
    openapi_extra={"responses": {TOO_MANY: {"description": "Too Many Requests"}}},
)
@router.post("/subscriptions", response={ACCEPTED: Answer}, include_in_schema=False)
def subscribe(request: HttpRequest, wish: Wish) -> Status[dict[str, str]]:
    """Ask for newsletters. A mail follows, and only its link confirms."""
    with translation.override(wish.locale):
        form = SignupForm({**wish.dict(), "wording": wish.consent})
        if not form.is_valid():
            raise ValidationError(
                [
                    {"type": "value_error", "loc": ("body", field), "msg": str(error)}
                    for field, errors in form.errors.items()
                    for error in errors
                ]
            )
        clean, network = form.cleaned_data, network_of(request.META)
        load = actions.weigh(clean["address"], network)
        if load is actions.Load.FULL:
            message = _("Too many sign-ups from this network. Try again in an hour.")
            raise HttpError(TOO_MANY, message)
        # Without a proof the mail waits; the answer is the same.
        proved = load is actions.Load.BUSY and actions.accept_proof(wish.proof)
        held = load is not actions.Load.CALM and not proved
        actions.subscribe(
            address=clean["address"],
            newsletters=clean["newsletters"],
            locale=wish.locale,
            source=clean["source"] or "api",
            visit=actions.Visit(wording=clean["wording"], network=network, held=held),
        )
        said = _("If the address can receive mail, a message is on its way.")
        return Status(ACCEPTED, {"detail": said})


@router.get("/challenge/", response=Challenge, operation_id="get_challenge")
def get_challenge(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """Return a sum whose solution spares a sign-up the wait while many sign up at once."""
    response["Cache-Control"] = "no-store"
    return proofs.challenge()


@router.get("/newsletters/", response=NewsletterList, operation_id="list_newsletters")
def list_newsletters(
    request: HttpRequest, locale: Query[LocaleCode] = settings.LANGUAGE_CODE
) -> dict[str, Any]:
    """List what one can subscribe to, with the sentence to show beside the form."""
    consent, newsletters = actions.offered(locale)
    return {"items": newsletters, "consent": consent}


@router.get("/issues/", response=IssueList, operation_id="list_issues")
def list_issues(request: HttpRequest, wanted: Query[IssueFilter]) -> dict[str, Any]:
    """List the published issues, newest first."""
    issues = _issues()
    if wanted.locale:
        issues = issues.filter(locale__language_code=wanted.locale)
    if wanted.newsletter:
        issues = issues.filter(newsletter__slug=wanted.newsletter)
    shown = issues[wanted.offset : wanted.offset + wanted.limit]
    return {"total": issues.count(), "items": [_issue(issue) for issue in shown]}


@router.get("/issues/{issue_id}/", response=Issue, operation_id="get_issue")
def get_issue(request: HttpRequest, issue_id: PageId) -> dict[str, Any]:
    """Return one published issue."""
    if issue := _issues().filter(pk=issue_id).first():
        return _issue(issue)
    message = f"There is no published issue {issue_id}. The list of issues has all of them."
    raise Http404(message)


def _issues() -> QuerySet[IssuePage]:
    issues: QuerySet[IssuePage] = public(IssuePage.objects.live())
    return issues.select_related("locale", "newsletter").order_by("-first_published_at", "-pk")


def _issue(issue: IssuePage) -> dict[str, Any]:
    return {
        "id": issue.pk,
        "locale": issue.locale.language_code,
        "newsletter": issue.newsletter.slug,
        "title": issue.title,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "published_at": issue.first_published_at,
        "url": issue.full_url or "",
        "page": settings.SITE_URL + reverse("api:get_page", args=[issue.pk]),
    }
