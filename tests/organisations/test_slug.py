"""The readable part of an organisation's address."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.organisations.rules import slug


def test_a_slug_is_the_name_in_plain_letters():
    assert slug.slug("L'Hôpital d'Enfants & Co.") == "l-hopital-d-enfants-and-co"
    assert slug.slug("O.N.G. Espoir") == "ong-espoir"
    assert slug.slug("Ti'Dimoun") == "tidimoun"


def test_a_long_slug_is_cut_at_a_word():
    cut = slug.slug("Association pour la promotion des initiatives de developpement local et durable")
    assert cut == "association-pour-la-promotion-des-initiatives-de"
    assert len(slug.slug("x" * 500)) == 60


@given(st.text(max_size=400))
def test_a_slug_is_never_empty_and_fits_an_address(name):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug.slug(name))
    assert len(slug.slug(name)) <= slug.LONGEST


def test_a_taken_slug_gets_the_next_number_and_a_page_is_never_hidden():
    assert slug.unique("Hope", {"hope", "hope-2"}) == "hope-3"
    assert slug.unique("New!", set()) == "new-2"
    assert slug.unique("🏠", {"organisation"}) == "organisation-2"
