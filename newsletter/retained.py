"""What the newsletter does with data of people, and by which right."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wissensregion.retention.rules import Activity, Basis, Recipient

SENDING = Activity(
    title=_("Sending the newsletter"),
    purpose=_("Sending the newsletters somebody asked for, in their language."),
    whose=_("readers of the newsletter"),
    basis=Basis.CONSENT,
    because=_("Asked for by form and confirmed by a link in a mail; withdrawn by one click."),
    recipients=(Recipient.HOST, Recipient.MAIL),
)
PROOF = Activity(
    title=_("Proof of consent"),
    purpose=_("Proving that and to what somebody agreed."),
    whose=_("readers and former readers of the newsletter"),
    basis=Basis.INTEREST,
    because=_("Whoever sends has to prove the consent (GDPR Art. 7(1), 17(3)(e))."),
)
SUPPRESSING = Activity(
    title=_("Not writing again"),
    purpose=_("Not writing again to those who do not want it, or whose address does not exist."),
    whose=_("former readers of the newsletter"),
    basis=Basis.INTEREST,
    because=_("An objection can only be honoured by whoever remembers it (GDPR Art. 21(3))."),
)
ABUSE = Activity(
    title=_("Protecting the sign-up from abuse"),
    purpose=_("Keeping others from flooding mailboxes through our forms."),
    whose=_("people who sign up"),
    basis=Basis.INTEREST,
    because=_("The safety of our service and of the owners of mailboxes (GDPR Recital 49)."),
)
REPORTS = Activity(
    title=_("Reports of the mail service"),
    purpose=_("Knowing which mails arrived, and ending what does not."),
    whose=_("readers of the newsletter"),
    basis=Basis.INTEREST,
    because=_("Mail to addresses that do not exist harms all readers. Reading is not measured."),
    recipients=(Recipient.HOST, Recipient.MAIL),
)
OFFICE = Activity(
    title=_("Work of the office with readers"),
    purpose=_("Taking in lists with consent, answering readers, sending issues."),
    whose=_("colleagues in the office"),
    basis=Basis.INTEREST,
    because=_("Whoever works with addresses has to answer for it (GDPR Art. 5(2))."),
    public=False,
)
