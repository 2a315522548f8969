"""What a person does in the app: opens a page, looks at another area, tries a choice.

A walk knows only what stands on the screen, so it can judge each answer: it is the page and the
area asked for, everything chosen before is still chosen, and whoever else asked for the same view
was shown the same.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from bench.load.session import Answer, Session, Widget

_AREA, _GEOGRAPHY, _LANGUAGE = "url-area", "url-geo", "url-lang"
#: How often, of a hundred: another page, another area, another grouping; else a choice on the page.
_ANOTHER_PAGE, _ANOTHER_AREA, _ANOTHER_GEOGRAPHY = 30, 25, 5

#: Address of a view → digest of what was shown, shared by everybody in a run.
Shown = dict[str, str]


@dataclass
class Walk:
    """One person's way through the app.

    Attributes
    ----------
    session
        The connection.
    shown
        What was shown to anybody before, by address.
    chance
        Where the choices come from, so that a walk can be repeated.
    stay
        True to stay on the page the session was opened on.
    """

    session: Session
    shown: Shown
    chance: random.Random
    stay: bool = False
    answer: Answer = field(init=False)
    #: What was done last, for messages.
    did: str = "opened the app"
    _page: str = ""

    def __post_init__(self) -> None:
        self.answer = self.session.first
        self._page = self.answer.title.split(" · ")[1] if " · " in self.answer.title else ""

    def wrong_at_first(self, slug: str) -> list[str]:
        """Return what is wrong with the first answer, to whom opened the page with this address."""
        found = self.answer.permalink.partition("?")[0]
        wrong = [] if found == f"/{slug}" else [f"opened /{slug}, was shown {found or 'nothing'}"]
        return wrong + self._wrong(self.answer, {})

    async def step(self) -> list[str]:
        """Do one thing; return what is wrong with the answer, nothing when it is right."""
        what = self.chance.randrange(100)
        own = [w for w in self.answer.widgets if not w.in_sidebar and len(w.options) > 1]
        if not self.stay and self.answer.links and what < _ANOTHER_PAGE:
            return await self._another_page()
        if what < _ANOTHER_PAGE + _ANOTHER_AREA or not own:
            return await self._choose(_named(self.answer, _AREA))
        if what < _ANOTHER_PAGE + _ANOTHER_AREA + _ANOTHER_GEOGRAPHY:
            return await self._choose(_named(self.answer, _GEOGRAPHY))
        return await self._choose(self.chance.choice(own))

    async def _another_page(self) -> list[str]:
        link = self.chance.choice(self.answer.links)
        self.did = f"went to {link.label}"
        self._page = link.label
        before, self.answer = self.answer, await self.session.follow(link)
        return self._wrong(before, {})

    async def _choose(self, widget: Widget | None) -> list[str]:
        others = [o for o in widget.options if o != widget.value] if widget else []
        if widget is None or not others:
            return await self._same()
        option = self.chance.choice(others)
        self.did = f"chose {option} in {widget.label}"
        before, self.answer = (
            self.answer,
            await self.session.choose(self.answer, widget, option),
        )
        return self._wrong(before, {widget.key: option})

    async def _same(self) -> list[str]:
        self.did = "asked for the same again"
        before, self.answer = self.answer, await self.session.again()
        return self._wrong(before, {})

    def _wrong(self, before: Answer, chosen: dict[str, str]) -> list[str]:
        answer = self.answer
        wrong = [answer.failed] if answer.failed else []
        wrong += _choices_lost(before, answer, chosen)
        wrong += _wrong_title(answer, self._page)
        earlier = self.shown.setdefault(answer.permalink, answer.digest)
        if earlier != answer.digest:
            wrong.append(f"{answer.permalink} was shown otherwise before")
        return [f"{self.did}: {w}" for w in wrong]


def _named(answer: Answer, key: str) -> Widget | None:
    return next((w for w in answer.widgets if w.key == key), None)


def _choices_lost(before: Answer, answer: Answer, chosen: dict[str, str]) -> list[str]:
    """Return what was chosen and is not any more; the sidebar's choices hold on every page."""
    wanted = {w.key: w.value for w in before.widgets if w.in_sidebar} | chosen
    if _GEOGRAPHY in chosen:
        # The app goes to the area of the new grouping that has most in common with the old one.
        wanted.pop(_AREA, None)
    now = {w.key: w.value for w in answer.widgets}
    return [
        f"{key} is {now.get(key)!r}, not {value!r}"
        for key, value in wanted.items()
        if now.get(key) != value
    ]


def _wrong_title(answer: Answer, page: str) -> list[str]:
    """Return what in the title and heading is not of the page and area asked for."""
    widget = _named(answer, _AREA)
    if widget is None and answer.permalink.partition("?")[0] == "/":
        return []  # the front page is about no area
    # A list of areas of several regions has the region's name behind.
    area = widget.value.split(" · ")[0] if widget else ""
    wrong = []
    if not answer.title.startswith(f"{area} · {page}"):
        wrong.append(f"the title is {answer.title!r}, not of {area}, {page}")
    if page and area and answer.heading not in (page, f"{page}: {area}"):
        wrong.append(f"the heading is {answer.heading!r}, not of {area}")
    return wrong
