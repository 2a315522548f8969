"""Ældre: sentences first, then the same numbers municipality by municipality and year by year."""

from __future__ import annotations

from dashboard import sentences
from dashboard.beside import OLDEST, expected
from dashboard.context import Context, Page
from dashboard.estimates import mark
from dashboard.pages._people import People, old_people, people_of
from dashboard.pages._topic import show_topic

PAGE = Page(slug="aeldre", order=50, title="aeldre.title", big=True)

_WAYS_ON = (("aeldreraad", "aeldreraad.to_edition"), ("demografi", "aeldre.carried"))


def render(ctx: Context) -> None:
    """Draw the page."""
    show_topic(ctx, "elderly", lead=paragraphs, ways_on=_WAYS_ON)


def paragraphs(ctx: Context) -> list[str]:
    """Return what the numbers say of the people: now, per 100 residents, and later."""
    people = people_of(ctx)
    if people is None:
        return []
    said = [
        " ".join(
            [*old_people(ctx, people, age, f"aeldre.now_{age[:-1]}"), _hundred(ctx, people, age)]
        )
        for age in people.groups
    ]
    for age in people.groups:
        if later := expected(ctx, people, age):
            said.append(" ".join([ctx.text(f"aeldre.later_{age[:-1]}"), *later]))
    if OLDEST not in people.groups:
        said.append(ctx.text("aeldre.not_90"))
    return [p for p in said if p]


def _hundred(ctx: Context, people: People, age: str) -> str:
    """Say how many of 100 residents have reached an age."""
    hundred = sentences.out_of_hundred(ctx.text, ctx.number, people.share(age) or 0)
    estimate = mark(ctx.text, estimate=people.is_estimate(age, "all"))
    return ctx.text("aeldre.hundred", share=hundred, age=age[:-1], mark=estimate)
