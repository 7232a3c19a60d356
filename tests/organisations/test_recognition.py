"""Which organisation a name in a file means: by rule, never by closeness, never by acronym alone."""

from app.organisations.rules.recognition import How, Index, recognise


def index() -> Index[str]:
    known = Index[str]()
    known.add("dca-danish", "Danish Church Aid", "DCA")
    known.add("dca-dutch", "Dutch Committee for Afghanistan", "DCA")
    known.add("lm", "LM International", "LMI")
    known.add("ethiopia", "Ethiopian Red Cross Society", "ERCS")
    known.add("rrdo", "Rural Rehabilitation and Development Organization", "RRDO")
    known.add("unhcr", "UN Refugee Agency", "UNHCR")
    known.add("5tei", "Five Teams Empowerment Initiative", "5TEI")
    known.add("qc", "Qatar Charity (QC)")
    known.add_alias("unhcr", "United Nations High Commissioner for Refugees")
    known.add_alias("lm", "Läkarmissionen", "TD")
    known.add_identifier("5tei", "NG-CAC", "IT 0123")
    return known


def test_the_same_name_however_it_is_written_is_found():
    for written in ("danish  church AID", "Danish Church Aid (DCA)", "DCA - Danish Church Aid"):
        found = recognise(written, None, "AF", index())
        assert found.id == "dca-danish"
        assert found.how in (How.NAME, How.NAME_WITHOUT_ACRONYM)


def test_an_acronym_stuck_to_the_name_or_to_ours_is_no_other_name():
    assert recognise("Five Teams Empowerment Initiative 5TEi", "5TEI", "NG", index()).id == "5tei"
    assert recognise("Qatar Charity", None, "SO", index()).how is How.NAME_WITHOUT_ACRONYM


def test_a_number_is_found_whatever_the_name():
    found = recognise("5 Teams", None, "NG", index(), numbers={"NG-CAC": "IT/0123"})
    assert (found.id, found.how) == ("5tei", How.IDENTIFIER)


def test_a_recorded_alias_counts_everywhere_or_in_its_country():
    found = recognise("United Nations High Commissioner For Refugees", None, "NG", index())
    assert (found.id, found.how) == ("unhcr", How.ALIAS)
    assert recognise("Lakarmissionen", None, "TD", index()).id == "lm"
    assert recognise("Lakarmissionen", None, "NG", index()).id is None


def test_an_acronym_counts_with_a_name_nearly_the_same():
    found = recognise("Rural Rehabilitation & Development Organisations", "RRDO", "AF", index())
    assert (found.id, found.how) == ("rrdo", How.ACRONYM_AND_NAME)


def test_an_acronym_that_two_have_or_beside_another_name_is_asked():
    assert recognise("Danish Churches Aid", "DCA", "AF", index()).id is None
    assert recognise("Rural Roads Office of Herat", "RRDO", "AF", index()).id is None


def test_an_acronym_misspelled_as_a_name_is_no_name_nearly_the_same():
    known = index()
    known.add_alias("rrdo", "RRDO")
    assert recognise("RRDOs", "RRDO", "AF", known).id is None


def test_a_later_rule_chooses_among_those_named_and_never_outside():
    known = Index[int]()
    known.add(1, "Hope Foundation", "HF")
    known.add(2, "Hope Foundation", "HOFO")
    known.add(3, "Hope Foundations", "HFS")
    found = recognise("Hope Foundation", "HFS", None, known)
    assert (found.id, found.how) == (None, How.SEVERAL)


def test_close_names_of_different_organisations_are_asked():
    for written, acronym, other in (
        ("SFL International", "SFL", "lm"),
        ("Nigerian Red Cross Society", "NRCS", "ethiopia"),
        ("Organization of Rural Development and Rehabilitation", "ORDR", "rrdo"),
        ("Rural Rehabilitations and Development Organization", None, "rrdo"),
    ):
        found = recognise(written, acronym, "AF", index())
        assert found.id is None, written
        assert found.how in (How.SIMILAR, How.UNKNOWN)
        assert all(near.score <= 100 for near in found.candidates)
        if found.how is How.SIMILAR:
            assert other in [near.id for near in found.candidates]


def test_an_acronym_alone_is_asked_with_all_who_have_it():
    found = recognise("DCA", "DCA", "AF", index())
    assert found.id is None
    assert {near.id for near in found.candidates} == {"dca-danish", "dca-dutch"}
    alone = recognise("RRDO", "RRDO", "AF", index())
    assert alone.id is None
    assert [near.id for near in alone.candidates] == ["rrdo"]


def test_two_of_one_name_are_told_apart_by_acronym_or_country_and_else_asked():
    known = Index[int]()
    known.add(1, "Hope Foundation", "HF", "KE")
    known.add(2, "Hope Foundation", "HOFO", "NG")
    asked = recognise("Hope Foundation", None, None, known)
    assert (asked.id, asked.how) == (None, How.SEVERAL)
    assert {near.id for near in asked.candidates} == {1, 2}
    assert recognise("Hope Foundation", None, "NG", known).id == 2
    assert recognise("Hope Foundation", "HF", None, known).id == 1


def test_a_national_organisation_of_another_country_is_only_shown():
    known = Index[int]()
    known.add(1, "Hope Foundation", "", "KE")
    found = recognise("Hope Foundation", None, "NG", known)
    assert (found.id, found.how) == (None, How.SIMILAR)
    assert found.candidates[0].id == 1


def test_names_that_differ_only_in_their_stated_acronyms_are_asked():
    known = Index[int]()
    known.add(1, "Organization for Relief (OFR)")
    assert recognise("Organization for Relief (ORG)", "ORG", "AF", known).id is None
    assert recognise("Organization for Relief", None, "AF", known).id == 1


def test_what_names_nobody_is_unknown():
    for nothing in ("", "  ", "🏠", "-", "N/A"):
        assert recognise(nothing, None, "NG", index()).how is How.UNKNOWN


def test_an_organisation_added_while_importing_is_known_to_the_next_row():
    known = index()
    assert recognise("Herders of Yunusari", None, "NG", known).how is How.UNKNOWN
    known.add("herders", "Herders of Yunusari")
    assert recognise("HERDERS OF YUNUSARI", None, "NG", known).id == "herders"
    assert recognise("Herder of Yunusari", None, "NG", known).candidates[0].id == "herders"


def test_a_column_of_names_or_acronyms_can_be_told_by_its_content():
    known = index()
    assert known.knows_name("LAKARMISSIONEN")
    assert not known.knows_name("Borno")
    assert known.knows_acronym("rrdo")
    assert not known.knows_acronym("Borno")
