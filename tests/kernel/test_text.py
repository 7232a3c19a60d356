"""Text is compared without case, accents and punctuation, whichever way it is folded."""

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.text import clean, fold


def test_spellings_of_one_name_fold_alike():
    assert fold("L'École  Élémentaire") == fold("lecole elementaire") == "lecole elementaire"
    assert fold("إدارة المياه") == fold("اداره المياه")
    assert fold("O.N.G. `Ami`") == "ong ami"
    assert fold("—!—") == ""


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_plain_ascii_folds_as_it_would_among_other_letters(text: str):
    # The é takes the way of all other letters; alone it folds to e.
    assert fold(f"é {text}") == f"e {fold(text)}".strip()


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once_and_cleaning_leaves_nothing_unprintable(text: str):
    assert fold(fold(text)) == fold(text)
    assert not any(letter in clean(text) for letter in "\x00\u202e\u2066\ufeff")
