"""Who can log in to the demonstration. The passwords are printed: they protect nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Login:
    """One account of the demonstration."""

    username: str
    password: str
    first_name: str
    last_name: str
    does: str

    @property
    def email(self) -> str:
        return f"{self.username}@example.org"


ADMIN = Login("admin", "rhein-744-admin", "Alma", "Verwalter", "may do everything")
EDITOR = Login("redaktion", "rhein-744-redaktion", "Rieke", "Redlich", "publishes and sends")
CAMPAIGN = Login("kampagne", "rhein-744-kampagne", "Kim", "Kampe", "approves contributions")
PARTNER = Login("partner", "rhein-744-partner", "Paul", "Partner", "writes for the university")
LOGINS = (ADMIN, EDITOR, CAMPAIGN, PARTNER)
