"""Who takes part in the demonstration: invented people and organisations, in real places.

Every name here is made up. Nothing here says anything about a real organisation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.kernel.actor import Role
from app.organisations.rules.kinds import Kind
from app.organisations.rules.slug import slug


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to sign in as. `grants`: (role, area code). `shows`: what one tries as this person."""

    name: str
    email: str
    shows: str
    grants: Sequence[tuple[Role, str]] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme of an organisation. `lines`: service code -> (people or None, places or through-put)."""

    title: str
    summary: str
    groups: Sequence[str]
    areas: Sequence[str]
    lines: Mapping[str, tuple[int | None, str]]
    state: str = "running"
    starts: tuple[int, int, int] = (2024, 1, 1)
    ends: tuple[int, int, int] = (2027, 12, 31)
    commitments: Sequence[str] = ()
    targets: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation: what it answers in its registration, and how far that has come."""

    name: str
    kind: Kind
    owner: str
    seat: str
    areas: Sequence[str]
    serves: Sequence[str]
    services: Sequence[str]
    description: str
    papers: Mapping[str, Any]
    acronym: str = ""
    founded: int | None = None
    number: tuple[str, str] | None = None
    led_by: Sequence[str] = ()
    languages: Sequence[str] = ("en", "ha")
    access: Sequence[str] = ()
    staff: str = "1-9"
    volunteers: str = "10-24"
    budget: str = "10k-100k"
    ends_as: str = "verified"
    reason: str = "Papers and two references seen; the office was visited."
    question: tuple[str, str] = ("", "")
    declined_for: str = ""
    contests: str = ""
    programmes: Sequence[Programme] = field(default=())

    @property
    def site(self) -> str:
        """A domain of its own, where nobody can have one."""
        return f"{slug(self.name)}.example"

    @property
    def mail(self) -> str:
        return f"office@{self.site}"

    @property
    def phone(self) -> str:
        """A number of its own, all noughts but its end, so that it reaches nobody."""
        return f"+234800000{ORGANISATIONS.index(self):04}"


AT = "demonstration.example"
PEOPLE = (
    Person("Amina Bello", f"amina@{AT}", "NGO coordinator: programmes, matches, the register"),
    Person("Hadiza Umar", f"hadiza@{AT}", "a group's own organisation: states a need, questions a figure"),
    Person(
        "Ibrahim Lawan", f"ibrahim@{AT}", "local government officer of Gulani: states needs, answers partners"
    ),
    Person("Grace Danjuma", f"grace@{AT}", "ministry officer: overlaps and gaps"),
    Person("Tunde Alabi", f"tunde@{AT}", "firm's social-investment lead"),
    Person("Musa Garba", f"musa@{AT}", "registrar of Yobe: the queue", ((Role.REGISTRAR, "NG036"),)),
    Person("Ngozi Eze", f"ngozi@{AT}", "registrar of the country", ((Role.REGISTRAR, "NG"),)),
    Person(
        "Bala Yusuf", f"bala@{AT}", "planner: imports, weights, contested figures", ((Role.PLANNER, "NG"),)
    ),
    Person("Ife Adeyemi", f"ife@{AT}", "vocabulary editor", ((Role.VOCABULARY_EDITOR, "NG"),)),
    Person("Chinwe Obi", f"chinwe@{AT}", "auditor: reads everything", ((Role.AUDITOR, "NG"),)),
    Person("Sadiq Mala", f"sadiq@{AT}", "operator: jobs, mail, roles", ((Role.OPERATOR, "NG"),)),
    Person("Danladi Waziri", f"danladi@{AT}", "a firm that was declined, and contests it"),
    Person("Fatima Modu", f"fatima@{AT}", "a newcomer whose registration is half written", language="fr"),
)

_REFEREES = {
    "legal_status": "not_registered",
    "first_referee": "Council of Gulani (demonstration), Ibrahim Lawan, council@demonstration.example",
    "second_referee": "Open Classroom Circle (demonstration), Amina Bello, office@demonstration.example",
}
_GROUP_PAPERS = {
    "founding_meeting": "We began with a meeting of 31 people in the community hall in March 2019.",
    "how_decided": "The monthly meeting decides. Two people, chosen each year, speak for us.",
    **_REFEREES,
}

ORGANISATIONS = (
    Organisation(
        "Open Classroom Circle",
        Kind.NGO,
        "amina",
        "NG036003",
        ["NG036", "NG008021"],
        ["girls", "girls-out-of-school", "children", "idp-children"],
        ["EDU", "EDU-CAT", "EDU-SCH", "PRO-CPN"],
        "We teach girls and boys who had to leave school, near where they live, and bring them back to class.",
        {"legal_status": "association", "registration_number": "CAC/IT/NO 000001"},
        "OCC",
        2014,
        ("NG-CAC", "CAC/IT/NO 000001"),
        access=["step-free"],
        staff="25-49",
        volunteers="50-99",
        budget="100k-1m",
        programmes=(
            Programme(
                "Catch-up classes in Damaturu and Potiskum",
                "A year of lessons in small groups, then back to school.",
                ["girls", "boys"],
                ["NG036003", "NG036014"],
                {"EDU": (4200, "places")},
                commitments=["C6"],
                targets=["4.1", "4.5"],
            ),
            Programme(
                "Safe spaces for children",
                "A place to play and talk, with people trained to notice harm.",
                ["children"],
                ["NG036003"],
                {"PRO-CPN": (900, "places")},
            ),
            Programme(
                "School in a box for Gulani",
                "Teachers and books for villages without a school.",
                ["girls", "boys"],
                ["NG036008"],
                {"EDU": (600, "places")},
                state="planned",
                starts=(2027, 1, 11),
            ),
        ),
    ),
    Organisation(
        "Displaced Women of Yobe Speak",
        Kind.SELF_ORGANISED,
        "hadiza",
        "NG036003",
        ["NG036"],
        ["idp", "women", "idp-women"],
        ["COM-ADV", "COM-INF", "PRO-GBV"],
        "We are women who had to leave our homes. We speak for ourselves, and go with each other to clinics and offices.",
        _GROUP_PAPERS,
        "DWYS",
        2019,
        led_by=["idp-women", "women"],
        languages=["ha", "kr"],
        staff="0",
        volunteers="25-49",
        budget="under-10k",
        programmes=(
            Programme(
                "Nobody goes alone",
                "Women go with women to the clinic, the police or the council.",
                ["women"],
                ["NG036003", "NG036007"],
                {"PRO-GBV": (None, "places")},
            ),
        ),
    ),
    Organisation(
        "Council of Gulani",
        Kind.LOCAL_GOVERNMENT,
        "ibrahim",
        "NG036008",
        ["NG036008"],
        ["everyone"],
        ["SOC", "COM-INF", "WSH"],
        "The council of the local government area, invented for this demonstration.",
        {"establishing_act": "Local Government Law of the State (demonstration), section 3."},
        languages=["en", "ha"],
        staff="50-99",
        budget="100k-1m",
    ),
    Organisation(
        "Ministry of Care and Inclusion",
        Kind.DEPARTMENT,
        "grace",
        "NG015",
        ["NG"],
        ["older-persons", "persons-with-disabilities", "children"],
        ["SOC", "SOC-CSH", "CAR-HOM"],
        "A ministry invented for this demonstration. It coordinates social protection with the states.",
        {
            "ministry": "Ministry of Care and Inclusion",
            "mandate": "Social protection and inclusion of persons who are left out.",
            "establishing_act": "Act No. 0 of the demonstration.",
        },
        staff="250+",
        budget="over-1m",
        programmes=(
            Programme(
                "Regular cash for older persons",
                "A monthly payment to people over 65 without a pension.",
                ["older-persons"],
                ["NG036", "NG008", "NG002"],
                {"SOC-CSH": (12000, "places")},
            ),
        ),
    ),
    Organisation(
        "Lake Shore Water Builders",
        Kind.NGO,
        "amina",
        "NG008021",
        ["NG008", "NG036"],
        ["everyone", "idp"],
        ["WSH"],
        "We drill and mend wells, build toilets that everybody can use, and teach people to look after them.",
        {"legal_status": "association", "registration_number": "CAC/IT/NO 000002"},
        "LSWB",
        2011,
        ("NG-CAC", "CAC/IT/NO 000002"),
        staff="50-99",
        volunteers="100-249",
        budget="over-1m",
        programmes=(
            Programme(
                "Wells and toilets in Jere and Konduga",
                "15 litres a person a day, and a toilet for every 20.",
                ["everyone"],
                ["NG008013", "NG008016"],
                {"WSH": (35000, "places")},
            ),
            Programme(
                "Clean water for Monguno",
                "Mending 14 wells with the people who use them.",
                ["idp", "host"],
                ["NG008024"],
                {"WSH": (18000, "places")},
            ),
        ),
    ),
    Organisation(
        "Savanna Clinics on Wheels",
        Kind.NGO,
        "amina",
        "NG002021",
        ["NG002", "NG036008"],
        ["everyone", "women", "children-under-5"],
        ["HEA", "HEA-MAT", "NUT"],
        "Three buses with a nurse and a midwife that come to villages on a fixed day.",
        {"legal_status": "charity", "registration_number": "CAC/IT/NO 000003"},
        "SCW",
        2016,
        ("NG-CAC", "CAC/IT/NO 000003"),
        access=["step-free", "home-visits"],
        staff="10-24",
        budget="100k-1m",
        programmes=(
            Programme(
                "A clinic day for every village",
                "Check-ups, vaccination and referral in Fufore and Michika.",
                ["everyone"],
                ["NG002002", "NG002013"],
                {"HEA": (21000, "through-put"), "NUT": (2600, "through-put")},
            ),
        ),
    ),
    Organisation(
        "Builders for Home",
        Kind.NGO,
        "amina",
        "NG002013",
        ["NG002", "NG008003"],
        ["idp", "returnee"],
        ["SHL", "HOU-ADP"],
        "We repair houses with the families who will live in them, and make them fit for people with disabilities.",
        {**_REFEREES},
        "BFH",
        2018,
        staff="10-24",
        programmes=(
            Programme(
                "Roofs before the rain",
                "Repairing 1 300 houses for families who come back.",
                ["returnee"],
                ["NG002013", "NG002014"],
                {"SHL": (6500, "through-put")},
            ),
        ),
    ),
    Organisation(
        "Circle of Wheelchair Makers",
        Kind.SELF_ORGANISED,
        "hadiza",
        "NG036014",
        ["NG036014", "NG036003"],
        ["persons-with-disabilities"],
        ["HEA-REH", "WRK-VOC"],
        "We use wheelchairs and build them. We teach others to build, mend and ride them.",
        _GROUP_PAPERS,
        "CWM",
        2015,
        led_by=["persons-with-disabilities"],
        access=["step-free"],
        staff="1-9",
        programmes=(
            Programme(
                "Learn to build a wheelchair",
                "Nine months of training with a tool kit at the end.",
                ["persons-with-disabilities"],
                ["NG036014"],
                {"WRK-VOC": (40, "places"), "HEA-REH": (300, "through-put")},
            ),
        ),
    ),
    Organisation(
        "Sahel Thread Company",
        Kind.FIRM,
        "tunde",
        "NG020",
        ["NG036", "NG020"],
        ["jobless-youth", "women"],
        ["WRK-APP", "WRK-JOB"],
        "A maker of workwear that trains and employs young people from the north-east.",
        {
            "registration_number": "RC 0000004",
            "sector": "making",
            "invests": ["jobs", "money"],
            "invests_in_words": "Sixty apprenticeships a year, and sewing machines for training centres.",
            "owners": "A family invented for this demonstration.",
        },
        "",
        2008,
        ("NG-CAC", "RC 0000004"),
        led_by=[],
        staff="100-249",
        budget="over-1m",
        programmes=(
            Programme(
                "Sixty first jobs",
                "An apprenticeship with pay, and a job after it for most.",
                ["jobless-youth"],
                ["NG036003"],
                {"WRK-APP": (60, "places")},
            ),
        ),
    ),
    Organisation(
        "Baobab Learning Fund",
        Kind.FOUNDATION,
        "tunde",
        "NG015",
        ["NG"],
        ["girls", "girls-out-of-school"],
        ["EDU-SCH"],
        "A foundation that pays fees, uniforms and transport so that girls finish school.",
        {
            "registration_number": "CAC/IT/NO 000005",
            "gives_to": "Scholarships for girls from 10 to 18.",
            "money_from": "An endowment invented for this demonstration.",
        },
        "BLF",
        2012,
        ("NG-CAC", "CAC/IT/NO 000005"),
        staff="1-9",
        volunteers="0",
        budget="100k-1m",
    ),
    Organisation(
        "Potiskum Youth at Work",
        Kind.NGO,
        "hadiza",
        "NG036014",
        ["NG036014"],
        ["jobless-youth", "young-people"],
        ["WRK-VOC", "WRK-JOB"],
        "We bring young people and workshops together: three months of learning, then a job.",
        {**_REFEREES},
        "PYW",
        2021,
        ends_as="submitted",
    ),
    Organisation(
        "Open Class Room Circle Yobe",
        Kind.NGO,
        "fatima",
        "NG036003",
        ["NG036003"],
        ["girls", "children"],
        ["EDU"],
        "Lessons for girls who left school, in three rooms near the market.",
        {**_REFEREES},
        "OCCY",
        2022,
        ends_as="submitted",
    ),
    Organisation(
        "Geidam Mothers' Kitchen",
        Kind.NGO,
        "hadiza",
        "NG036006",
        ["NG036006"],
        ["families-under-pressure", "pregnant-or-breastfeeding-women"],
        ["SOC-FOD", "NUT"],
        "A kitchen where mothers cook for mothers, every day but Friday.",
        {**_REFEREES},
        "GMK",
        2020,
        ends_as="returned",
        question=("places", "Do you also cook in the camp outside the town? Name it if you do."),
    ),
    Organisation(
        "Quick Harvest Credit",
        Kind.FIRM,
        "danladi",
        "NG036014",
        ["NG036014"],
        ["people-in-poverty"],
        ["WRK"],
        "Small loans for farmers, paid back after the harvest.",
        {
            "registration_number": "RC 0000009",
            "sector": "other",
            "invests": ["money"],
            "invests_in_words": "Loans at four per cent a week.",
            "owners": "Two brothers invented for this demonstration.",
        },
        number=("NG-CAC", "RC 0000009"),
        ends_as="declined",
        declined_for="not_safe",
        reason="What is offered is a loan at four per cent a week. That doesn't serve people who are left out.",
        contests="The rate is usual in our market, and nobody else lends to these farmers. Please look again.",
    ),
    Organisation(
        "Sign Language Club of Nguru",
        Kind.SELF_ORGANISED,
        "fatima",
        "NG036013",
        ["NG036013"],
        ["persons-with-disabilities"],
        ["ACC-SGN"],
        "We teach sign language to families and nurses.",
        _GROUP_PAPERS,
        ends_as="draft",
        led_by=["persons-with-disabilities"],
        languages=["ha"],
    ),
)

# What the invented council states: service, group, people, severity, where the number comes from.
STATED = (
    (
        "WRK-VOC",
        "jobless-youth",
        2100,
        4,
        "Invented for the demonstration: a count by ward heads in September 2026",
    ),
    (
        "EDU-CAT",
        "girls-out-of-school",
        1450,
        4,
        "Invented for the demonstration: school census of the council, June 2026",
    ),
    (
        "CAR-HOM",
        "older-persons",
        380,
        3,
        "Invented for the demonstration: list of the council's health posts, 2026",
    ),
)
