"""The fields that a column of a file can be."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.kernel.i18n import N_


class Field(StrEnum):
    """What a column says. The value is the name in `synonyms.csv` and in stored mappings."""

    ORG_NAME = "org.name"
    ORG_ACRONYM = "org.acronym"
    ORG_TYPE = "org.type"
    ORG_CODE = "org.code"
    PARTNER = "partner"
    DONOR = "donor"
    SECTOR_NAME = "sector.name"
    SECTOR_CODE = "sector.code"
    SECTOR_MARK = "sector.mark"
    ACTIVITY = "activity"
    PROJECT_NAME = "project.name"
    PROJECT_CODE = "project.code"
    COUNTRY_NAME = "country.name"
    COUNTRY_CODE = "country.code"
    ADM1_NAME = "adm1.name"
    ADM1_CODE = "adm1.code"
    ADM2_NAME = "adm2.name"
    ADM2_CODE = "adm2.code"
    ADM3_NAME = "adm3.name"
    ADM3_CODE = "adm3.code"
    PLACE = "place"
    REGION = "region"
    ROLE = "role"
    STATUS = "status"
    START = "date.start"
    END = "date.end"
    MONTH = "date.month"
    YEAR = "date.year"
    ON = "date.on"
    PEOPLE = "people"
    BUDGET = "budget"
    PRIVATE = "private"
    COMMENT = "comment"
    SEX = "sex"
    AGE = "age"
    AGE_MIN = "age.min"
    AGE_MAX = "age.max"
    DISABILITY = "disability"
    GROUP = "group"
    SEVERITY = "severity"


NAMES: Mapping[Field, str] = {
    Field.ORG_NAME: N_("Organisation"),
    Field.ORG_ACRONYM: N_("Short name of the organisation"),
    Field.ORG_TYPE: N_("Type of organisation"),
    Field.ORG_CODE: N_("Registration number of the organisation"),
    Field.PARTNER: N_("Organisation that carries it out"),
    Field.DONOR: N_("Who pays"),
    Field.SECTOR_NAME: N_("Sector"),
    Field.SECTOR_CODE: N_("Code of the sector"),
    Field.SECTOR_MARK: N_("A mark in it says that it is this sector"),
    Field.ACTIVITY: N_("Activity"),
    Field.PROJECT_NAME: N_("Project"),
    Field.PROJECT_CODE: N_("Code of the project"),
    Field.COUNTRY_NAME: N_("Country"),
    Field.COUNTRY_CODE: N_("Code of the country"),
    Field.ADM1_NAME: N_("First-level area"),
    Field.ADM1_CODE: N_("Code of the first-level area"),
    Field.ADM2_NAME: N_("Second-level area"),
    Field.ADM2_CODE: N_("Code of the second-level area"),
    Field.ADM3_NAME: N_("Third-level area"),
    Field.ADM3_CODE: N_("Code of the third-level area"),
    Field.PLACE: N_("Place"),
    Field.REGION: N_("Grouping of areas (kept as a note)"),
    Field.ROLE: N_("Role of the organisation"),
    Field.STATUS: N_("Status"),
    Field.START: N_("Start"),
    Field.END: N_("End"),
    Field.MONTH: N_("Month or quarter"),
    Field.YEAR: N_("Year"),
    Field.ON: N_("Date or period of the report"),
    Field.PEOPLE: N_("Number of people"),
    Field.BUDGET: N_("Budget"),
    Field.PRIVATE: N_("Private (never read)"),
    Field.COMMENT: N_("Comment (not read)"),
    Field.SEX: N_("Sex"),
    Field.AGE: N_("Age"),
    Field.AGE_MIN: N_("Age from"),
    Field.AGE_MAX: N_("Age to"),
    Field.DISABILITY: N_("Disability"),
    Field.GROUP: N_("Group of people"),
    Field.SEVERITY: N_("Severity"),
}
REPEATABLE = frozenset(
    {Field.PEOPLE, Field.SECTOR_MARK, Field.ACTIVITY, Field.PLACE, Field.COMMENT, Field.PRIVATE}
)
"""Fields that several columns may have."""
NEED_ONLY = frozenset(
    {Field.SEX, Field.AGE, Field.AGE_MIN, Field.AGE_MAX, Field.DISABILITY, Field.GROUP, Field.SEVERITY}
)
PRESENCE_ONLY = frozenset(
    {
        Field.ORG_NAME,
        Field.ORG_ACRONYM,
        Field.ORG_TYPE,
        Field.ORG_CODE,
        Field.PARTNER,
        Field.DONOR,
        Field.ACTIVITY,
        Field.PROJECT_NAME,
        Field.PROJECT_CODE,
        Field.ROLE,
        Field.STATUS,
        Field.BUDGET,
        Field.SECTOR_MARK,
    }
)
MEASURES = ("population", "affected", "inneed", "targeted", "reached")
ANY = "any"


@dataclass(frozen=True, slots=True)
class People:
    """Whom a column of numbers counts: a measure of MEASURES, and of whom, each ANY where it isn't said.

    `sex` is f or m, `age` a band such as 0-17 or 65+, `disability` yes, `group` and `service` codes.
    """

    measure: str
    sex: str = ANY
    age: str = ANY
    disability: str = ANY
    group: str = ANY
    service: str = ""

    @property
    def is_total(self) -> bool:
        return (self.sex, self.age, self.disability, self.group) == (ANY, ANY, ANY, ANY)
