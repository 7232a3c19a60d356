"""How somebody works a page: with a finger or a mouse, or with the keys alone.

Whatever is worked with is found by its role and the beginning of its name, as a screen reader says it. The keyboard
gets to it by Tab and Shift+Tab only, and sees on the way where it is.
"""

import re
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Literal

from playwright.sync_api import Locator, Page, TimeoutError, expect

Name = str | re.Pattern[str]
"""How the name begins, or a pattern for it where several begin alike."""
MOST_TABS = 90
"""More presses than this from one thing to the next and somebody gives up."""

WHICH_WAY = """wanted => {
    const here = document.activeElement
    if (!wanted.isConnected) return "gone"
    if (here === wanted) return ""
    if (here.type === "radio" && here.name === wanted.name && here.form === wanted.form) {
        const order = [...document.getElementsByName(wanted.name)].filter(each => each.form === wanted.form)
        return order.indexOf(wanted) > order.indexOf(here) ? "ArrowDown" : "ArrowUp"
    }
    const before = here.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_PRECEDING
    return here !== document.body && before ? "Shift+Tab" : "Tab"
}"""

UNSEEN = """here => {
    const style = getComputedStyle(here), box = here.getClientRects()[0]
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return "it has no outline"
    const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1)
    const y = box.height > innerHeight ? innerHeight / 2 : box.y + box.height / 2
    if (y < 0 || y > innerHeight) return "it is outside the window"
    const top = document.elementFromPoint(x, y)
    return top === here || here.contains(top) || top.contains(here) ? "" : "something lies over it"
}"""


class Hand(ABC):
    """What both can do. `of` is the legend of the group that a choice belongs to."""

    def __init__(self, page: Page, *, script: bool = True) -> None:
        self.page, self.script = page, script

    def open(self, address: str) -> None:
        """An address that somebody types, or follows from a mail."""
        self.page.goto(address)

    def follow(self, name: Name) -> None:
        self._press(self._named("link", name))

    def press(self, name: Name) -> None:
        self._press(self._named("button", name))

    def unfold(self, name: Name, of: str = "") -> None:
        self._press(self._within(of).locator("summary").filter(has_text=_beginning(name)))

    def write(self, label: str, text: str, of: str = "") -> None:
        within, name = self._within(of), _beginning(label)
        self._write(
            within.get_by_role("textbox", name=name).or_(within.get_by_role("searchbox", name=name)), text
        )

    def tick(self, name: Name, of: str = "") -> None:
        self._choose(self._within(of).get_by_role("checkbox", name=_beginning(name)))

    def pick(self, name: Name, of: str = "") -> None:
        self._choose(self._within(of).get_by_role("radio", name=_beginning(name)))

    def select(self, label: str, option: str) -> None:
        self._select(self._named("combobox", label), option)

    def attach(self, label: str, path: Path) -> None:
        self._attach(self.page.get_by_label(_beginning(label)), path)

    def find(self, label: str, area: str) -> None:
        """A place by its name: typed, and chosen from what is found; without script somebody asks for that first."""
        self.write(label, area)
        if not self.script:
            self.press(f"Find {label}")
        field = self.page.locator(".field").filter(
            has=self.page.get_by_role("textbox", name=_beginning(label))
        )
        self._choose(field.get_by_role("radio", name=_beginning(area)))

    def reads(self, sentence: Name) -> None:
        """The sentence stands on the page, where it can be seen."""
        expect(self.page.locator("main").get_by_text(sentence).filter(visible=True).first).to_be_visible()

    def is_at(self, heading: str) -> None:
        """On the page whose one heading begins so."""
        expect(self.page.get_by_role("heading", level=1, name=_beginning(heading))).to_be_visible()

    def _within(self, of: str) -> Locator:
        return self.page.get_by_role("group", name=_beginning(of)) if of else self.page.locator("main")

    def _named(self, role: Literal["button", "combobox", "link", "textbox"], name: Name) -> Locator:
        return self.page.locator("main").get_by_role(role, name=_beginning(name))

    @abstractmethod
    def _press(self, wanted: Locator) -> None: ...

    @abstractmethod
    def _write(self, wanted: Locator, text: str) -> None: ...

    @abstractmethod
    def _choose(self, wanted: Locator) -> None: ...

    @abstractmethod
    def _select(self, wanted: Locator, option: str) -> None: ...

    @abstractmethod
    def _attach(self, wanted: Locator, path: Path) -> None: ...


class Pointer(Hand):
    """A finger or a mouse."""

    def _press(self, wanted: Locator) -> None:
        wanted.click()

    def _write(self, wanted: Locator, text: str) -> None:
        wanted.fill(text)

    def _choose(self, wanted: Locator) -> None:
        wanted.check()

    def _select(self, wanted: Locator, option: str) -> None:
        wanted.select_option(option)

    def _attach(self, wanted: Locator, path: Path) -> None:
        wanted.set_input_files(path)


class Keyboard(Hand):
    """Nothing but keys."""

    def _press(self, wanted: Locator) -> None:
        self._reach(wanted)
        self.page.keyboard.press("Enter")

    def _write(self, wanted: Locator, text: str) -> None:
        self._reach(wanted)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def _choose(self, wanted: Locator) -> None:
        self._reach(wanted)
        if not wanted.is_checked():
            self.page.keyboard.press("Space")
        expect(wanted).to_be_checked()

    def _select(self, wanted: Locator, option: str) -> None:
        self._reach(wanted)
        self.page.keyboard.type(option)
        expect(wanted.locator("option:checked")).to_have_text(option)

    def _attach(self, wanted: Locator, path: Path) -> None:
        for key in ("Enter", "Space", "Enter"):  # as somebody presses again when no window comes
            self._reach(wanted)
            try:
                with self.page.expect_file_chooser(timeout=5_000) as asked:
                    self.page.keyboard.press(key)
            except TimeoutError:
                continue
            asked.value.set_files(path)
            return
        raise AssertionError(f"{wanted} lets nobody choose a file")

    def _reach(self, wanted: Locator) -> None:
        """Go there by Tab, or with the arrows within a group of radio buttons, and see that it has the focus."""
        wanted.wait_for()
        there = wanted.element_handle()
        for _tab in range(MOST_TABS):
            key = there.evaluate(WHICH_WAY)
            if not key:
                unseen = there.evaluate(UNSEEN)
                assert not unseen, f"{wanted}: {unseen}"
                return
            if key == "gone":  # swapped for a newer one
                there = wanted.element_handle()
            else:
                self.page.keyboard.press(key)
        raise AssertionError(f"{wanted} has no focus after {MOST_TABS} presses of Tab")


def _beginning(name: Name) -> re.Pattern[str]:
    return name if isinstance(name, re.Pattern) else re.compile(rf"^\s*{re.escape(name)}(?!\w)")
