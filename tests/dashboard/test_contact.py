"""What the accessibility statement knows of who runs the site."""

from __future__ import annotations

from dashboard.contact import VARIABLES, contact


def test_details_come_from_the_environment_and_are_complete_with_name_mail_and_phone():
    told = dict(zip(VARIABLES.values(), ("Region X", "a@b.dk ", "12 34 56 78", ""), strict=True))
    who = contact(told)
    assert (who.authority, who.email, who.updated) == ("Region X", "a@b.dk", "")
    assert who.is_complete
    assert not contact({}).is_complete
