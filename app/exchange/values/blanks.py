"""Words that people write into a cell to say that they have nothing to say there."""

from app.kernel.text import fold

_NOTHING = frozenset(
    fold(word)
    for word in [
        "n/a",
        "na",
        "n a",
        "nd",
        "n.d.",
        "s/d",
        "sd",
        "sin dato",
        "sin datos",
        "no data",
        "none",
        "null",
        "nil",
        "nan",
        "néant",
        "neant",
        "aucun",
        "aucune",
        "ninguno",
        "ninguna",
        "not available",
        "not applicable",
        "non applicable",
        "non disponible",
        "no aplica",
        "no disponible",
        "no procede",
        "unknown",
        "inconnu",
        "desconocido",
        "tbd",
        "tbc",
        "tba",
        "to be determined",
        "to be confirmed",
        "à déterminer",
        "a determiner",
        "por definir",
        "por confirmar",
        "x",
        "xx",
        "xxx",
        "not specified",
        "unspecified",
        "non spécifié",
        "non precise",
        "no especificado",
        "pending",
        "blank",
        "(blank)",
        "vide",
        "vacío",
        "لا يوجد",
        "غير متوفر",
        "غير متاح",
        "غير محدد",
        "لا شيء",
        "غير معروف",
    ]
)

_LONGEST = 30


def says_nothing(text: str) -> bool:
    """`-`, `N/A`, `néant`, `s/d`: nothing stated, which is neither 0 nor a name."""
    return len(text) <= _LONGEST and folds_to_nothing(text, fold(text))


def folds_to_nothing(text: str, folded: str) -> bool:
    """The same, where the text was folded already."""
    return len(text) <= _LONGEST and (not folded or folded in _NOTHING)
