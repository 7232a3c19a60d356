"""What the one stylesheet promises: it works in both directions, in both themes, and can be read."""

import re
from itertools import pairwise

import pytest

from tests.look.rendering import ROOT

SHEET = (ROOT / "static/css/look.css").read_text()
RULES = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)
PHYSICAL = re.compile(
    r"(?:^|[{;\s])"
    r"((?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)[\w-]*"
    r"|left|right|top|bottom|width|height|(?:min|max)-(?:width|height)"
    r"|border-(?:top|bottom)-(?:left|right)-radius)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)


def tokens(start: str) -> dict[str, str]:
    """The custom properties in the block that begins after `start`."""
    begins = RULES.index(start) + len(start)
    return dict(re.findall(r"--([\w-]+):([^;}]+)", RULES[begins : RULES.index("}", begins)]))


LIGHT = tokens(":root{color-scheme:light;")
DARK = LIGHT | tokens(":root:not([data-theme=light]){color-scheme:dark;")
CHOSEN_DARK = LIGHT | tokens(":root[data-theme=dark]{color-scheme:dark;")


def luminance(colour: str) -> float:
    """Relative luminance, from 0 to 1, of #rgb or #rrggbb, as WCAG 2.2 defines it."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ["paper", "card", "sunk"]
WASHES = ["lead-wash", "sun-wash", "good-wash", "bad-wash"]
READ = [
    *((text, ground) for text in ("ink", "soft", "link", "seen", "lead", "clay", "good", "bad") for ground in GROUNDS),
    *((text, wash) for text in ("ink", "soft", "link", "seen") for wash in WASHES),
    ("lead", "lead-wash"), ("good", "good-wash"), ("bad", "bad-wash"), ("on-lead", "lead"), ("on-sun", "sun"),
    ("card", "clay"),
]  # fmt: skip
SEEN = [
    *(
        (part, ground)
        for part in ("edge", "c-civil", "c-own", "c-gov", "c-firm", "focus")
        for ground in ("paper", "card")
    ),
    ("focus", "focus-in"),
]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_colour_can_be_read_on_every_ground_it_stands_on(theme: dict[str, str]) -> None:
    weak = {
        (a, b): round(contrast(theme[a], theme[b]), 2) for a, b in READ if contrast(theme[a], theme[b]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_seats_and_the_focus_ring_stand_out(theme: dict[str, str]) -> None:
    weak = {
        (a, b): round(contrast(theme[a], theme[b]), 2) for a, b in SEEN if contrast(theme[a], theme[b]) < 3
    }
    assert weak == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_white_text_on_the_deep_ground_of_head_and_foot_can_be_read(theme: dict[str, str]) -> None:
    assert all(contrast(text, theme["lead-deep"]) >= 4.5 for text in ("#fff", "#dfeceb", "#e9f2f0"))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_classes_of_a_map_go_one_way_from_least_to_worst(theme: dict[str, str]) -> None:
    steps = [luminance(theme[f"m{n}"]) for n in range(1, 6)]
    assert steps in (sorted(steps), sorted(steps, reverse=True))
    assert all(contrast(theme[f"m{a}"], theme[f"m{b}"]) > 1.3 for a, b in pairwise(range(1, 6)))


def test_dark_by_the_system_and_dark_by_choice_are_the_same() -> None:
    assert DARK == CHOSEN_DARK
    assert DARK != LIGHT


def test_nothing_is_left_or_right_so_that_every_page_can_be_mirrored() -> None:
    without_queries = re.sub(r"@media[^{]*", "", RULES)  # these speak of the screen, not of a box
    assert PHYSICAL.findall(without_queries) == []


def test_only_the_open_filter_and_print_overrule_with_important() -> None:
    assert RULES.count("!important") == 2


def test_no_rule_is_bound_to_an_id() -> None:
    selectors = re.findall(r"([^{}]+)\{", RULES)
    assert [selector for selector in selectors if re.search(r"(?<![\w(])#[A-Za-z][\w-]*", selector)] == []


def test_every_token_that_is_used_is_defined_and_the_other_way_round() -> None:
    used = set(re.findall(r"var\(--([\w-]+)", RULES))
    assert used - {"d"} <= LIGHT.keys()
    assert LIGHT.keys() - used == set()


def test_every_file_that_the_sheet_names_is_there() -> None:
    named = re.findall(r"url\(([^)#]+)\)", RULES)
    assert len(named) == 3
    assert all((ROOT / "static/css" / name).is_file() for name in named)
