"""Tables laid out as other countries' publishers lay them out, in their words: every row lands where it should.

The files are made here, with real areas and invented organisations; none of them was in view when the dictionary
was written but the kinds of headings are those that such files have.
"""

from collections import Counter
from datetime import date
from pathlib import Path

from app.exchange.rules.fields import Field
from app.exchange.rules.verdicts import Verdict
from tests.exchange.world import Read, Sheet, cycled, read, second_level, write_csv, write_xlsx

SECTORS_FR = ("Sécurité Alimentaire", "EHA", "Santé", "Protection de l'enfance", "Abris/AME", "Nutrition")
SERVICES_FR = ("FSC", "WSH", "HEA", "PRO-CPN", "SHL", "NUT")


def assert_lands(found: Read, areas: list[str], services: list[str]) -> None:
    """Every row is taken, with the areas and services given, in the order of the rows."""
    assert [(row.numbers, row.reasons) for row in found.refused] == []
    assert [row.area.code if row.area else "" for row in found.rows] == areas
    assert [row.service for row in found.rows] == services


def test_a_congolese_file_with_titles_and_health_zones(tmp_path: Path):
    places = second_level("COD", 30)
    sectors = cycled(SECTORS_FR)
    rows = [
        ["RÉPUBLIQUE DÉMOCRATIQUE DU CONGO"],
        ["Qui fait Quoi Où (3W) - Présence opérationnelle des partenaires"],
        ["Période : octobre - décembre 2023"],
        [],
        [
            "N°",
            "Organisation",
            "Sigle",
            "Type d'organisation",
            "Cluster",
            "Activité",
            "Province",
            "Territoire",
            "Zone de santé",
            "Statut",
            "Bénéficiaires ciblés",
            "Point focal",
            "Courriel",
        ],
    ]
    for at, (province, territory) in enumerate(places):
        rows.append(
            [
                at + 1, f"Association Lumière {at % 9}", f"AL{at % 9}", "ONG nationale", next(sectors), "Distribution de kits",
                province.name, f"Territoire de {territory.name}", f"ZS Kalunga {at}", "En cours", f"{at + 1} 200", "Jeanne K.", f"j{at}@exemple.org",
            ]
        )  # fmt: skip
    found = read(write_csv(tmp_path / "3W_RDC_T4.csv", rows, encoding="cp1252", delimiter=";"))
    assert found.plan.country == "COD"
    assert str(found.plan.period) == "2023-10/2023-12"
    assert_lands(found, [area.code for _parent, area in places], [SERVICES_FR[at % 6] for at in range(30)])
    assert found.rows[0].place == "ZS Kalunga 0"
    assert [figure.number for figure in found.rows[2].people] == [3200]
    assert all(row.status == "ongoing" for row in found.rows)
    # Names and addresses of people are never read.
    private = {use.heading for use in found.plan.chosen[0].columns.columns if use.field is Field.PRIVATE}
    assert private == {"Point focal", "Courriel"}


def test_a_colombian_file_with_codes_that_lost_their_zeros(tmp_path: Path):
    places = second_level("COL", 40)
    sectors, meant = (
        (
            "Agua, saneamiento e higiene",
            "Seguridad alimentaria y nutrición",
            "Salud",
            "Protección",
            "Educación en Emergencias",
            "Alojamiento",
        ),
        ("WSH", "FSC", "HEA", "PRO", "EDU", "SHL"),
    )
    which = cycled(sectors)
    rows: list[list[object]] = [
        [
            "Nombre de la organización",
            "Socio implementador",
            "Sector",
            "Actividad",
            "Departamento",
            "Municipio",
            "Código DIVIPOLA",
            "Estado",
            "Fecha de inicio",
            "Fecha de fin",
            "Mujeres alcanzadas",
            "Hombres alcanzados",
            "Total beneficiarios alcanzados",
        ],
    ]
    for at, (_parent, area) in enumerate(places):
        rows.append(
            [f"Fundación Ejemplo {at % 5}", f"Corporación Vecina {at % 3}", next(which), "Entrega de asistencia", _parent.name.upper(), area.name.upper(),
             int(area.code[2:]), "En ejecución", f"{13 + at % 15}/02/2024", f"{at % 12 + 1:02}/05/2024", 120, 80, 200]
        )  # fmt: skip
    found = read(write_xlsx(tmp_path / "345W Colombia 2024.xlsx", Sheet("Base de datos", rows)))
    assert found.plan.country == "COL"
    assert_lands(found, [area.code for _parent, area in places], [meant[at % 6] for at in range(40)])
    assert found.rows[0].time.starts == date(2024, 2, 13)
    assert found.rows[3].time.ends == date(2024, 5, 4)
    assert {row.status for row in found.rows} == {"ongoing"}
    assert [(one.who.sex, one.number) for one in found.rows[0].people] == [
        ("f", 120),
        ("m", 80),
        ("any", 200),
    ]
    assert found.rows[0].partner is not None


def test_a_venezuelan_file_by_names_with_estado_as_a_state(tmp_path: Path):
    places = second_level("VEN", 40)
    rows: list[list[object]] = [
        [
            "Organización líder",
            "Clúster",
            "Actividad / Indicador",
            "Estado",
            "Municipio",
            "Estado de la actividad",
            "Mes",
            "Año",
            "Niñas",
            "Niños",
            "Mujeres",
            "Hombres",
        ]
    ]
    for at, (parent, area) in enumerate(places):
        rows.append(
            [
                f"Asociación Vecinal {at % 7}",
                "Nutrición",
                "Tamizaje nutricional",
                parent.name,
                area.name,
                "Finalizada",
                "marzo",
                2024,
                5,
                6,
                7,
                8,
            ]
        )
    found = read(write_csv(tmp_path / "datos.csv", rows, encoding="utf-16"))
    assert_lands(found, [area.code for _parent, area in places], ["NUT"] * 40)
    assert {str(row.period) for row in found.rows} == {"2024-03/2024-03"}
    assert {row.status for row in found.rows} == {"completed"}
    assert [(one.who.sex, one.who.age, one.number) for one in found.rows[0].people] == [
        ("f", "0-17", 5),
        ("m", "0-17", 6),
        ("f", "18+", 7),
        ("m", "18+", 8),
    ]


def test_a_ukrainian_file_with_oblast_raion_and_hromada(tmp_path: Path):
    places = second_level("UKR", 36)
    rows: list[list[object]] = [
        [
            "Reporting organization",
            "Type of organization",
            "Cluster",
            "Activity",
            "Oblast",
            "Oblast pcode",
            "Raion",
            "Raion pcode",
            "Hromada",
            "Hromada pcode",
            "Reporting month",
            "People reached",
        ]
    ]
    for at, (parent, area) in enumerate(places):
        rows.append(
            [
                "Charitable Fund Example",
                "NNGO",
                "Shelter/NFI",
                "Winterization",
                f"{parent.name} oblast",
                parent.code,
                f"{area.name} raion",
                area.code,
                "Prykladna",
                f"{area.code}0{at:02}",
                date(2024, 1, 31),
                at,
            ]
        )
    found = read(write_xlsx(tmp_path / "ukraine_5w.xlsx", Sheet("5W", rows)))
    assert found.plan.country == "UKR"
    assert_lands(found, [area.code for _parent, area in places], ["SHL"] * 36)
    assert {str(row.period) for row in found.rows} == {"2024-01/2024-01"}


def test_a_ukrainian_file_with_codes_of_the_third_level_only(tmp_path: Path):
    places = second_level("UKR", 20)
    rows: list[list[object]] = [["Organization", "Sector", "Admin 3 pcode", "Month", "Year"]]
    rows += [["Fund", "Health", f"{area.code}011", "May", 2024] for _parent, area in places]
    found = read(write_csv(tmp_path / "x.csv", rows))
    assert_lands(found, [area.code for _parent, area in places], ["HEA"] * 20)


def test_a_haitian_file_whose_departments_are_in_french(tmp_path: Path):
    french = {
        "West": "Ouest",
        "South-East": "Sud-Est",
        "North": "Nord",
        "North-East": "Nord-Est",
        "Artibonite": "Artibonite",
        "Centre": "Centre",
        "South": "Sud",
        "Grande'Anse": "Grand'Anse",
        "North-West": "Nord-Ouest",
        "Nippes": "Nippes",
    }
    places = second_level("HTI", 40)
    rows: list[list[object]] = [
        [
            "Organisation",
            "Secteur",
            "Activités",
            "Département",
            "Commune",
            "Section communale",
            "Statut de l'activité",
            "Date de début",
            "Date de fin",
        ]
    ]
    for at, (parent, area) in enumerate(places):
        rows.append(
            [
                "Fondation Exemple",
                "Protection",
                "Référencement",
                french[parent.name],
                area.name,
                f"{at + 1}e section",
                "Terminé",
                "2024-01-15",
                "2024-03-30",
            ]
        )
    found = read(write_csv(tmp_path / "haiti 3w janvier-mars 2024.csv", rows))
    assert found.plan.country == "HTI"
    assert_lands(found, [area.code for _parent, area in places], ["PRO"] * 40)
    assert str(found.rows[0].period) == "2024-01/2024-03"


def test_a_yemeni_file_in_arabic_with_codes(tmp_path: Path):
    places = second_level("YEM", 40)
    rows: list[list[object]] = [
        [
            "المنظمة",
            "نوع المنظمة",
            "القطاع",
            "النشاط",
            "المحافظة",
            "رمز المحافظة",
            "المديرية",
            "رمز المديرية",
            "الحالة",
            "الشهر",
            "السنة",
            "عدد المستفيدين",
        ]
    ]
    for parent, area in places:
        rows.append(
            [
                "مؤسسة المثال",
                "منظمة وطنية",
                "الأمن الغذائي",
                "توزيع الغذاء",
                "محافظة",
                parent.code,
                "مديرية",
                area.code,
                "جاري التنفيذ",
                "مارس",
                "٢٠٢٤",
                "١٬٢٣٤",
            ]
        )
    found = read(write_csv(tmp_path / "yemen.csv", rows, encoding="cp1256"))
    # Digits of cp1256 are Latin; what it can't write is lost before it reaches us.
    found = read(write_csv(tmp_path / "yemen.csv", rows, encoding="utf-8"))
    assert found.plan.country == "YEM"
    assert_lands(found, [area.code for _parent, area in places], ["FSC"] * 40)
    assert {str(row.period) for row in found.rows} == {"2024-03/2024-03"}
    assert {figure.number for row in found.rows for figure in row.people} == {1234}
    assert {row.status for row in found.rows} == {"ongoing"}


def test_a_sudanese_file_with_names_like_adm1_pcode(tmp_path: Path):
    places = second_level("SDN", 40)
    rows: list[list[object]] = [
        [
            "Org_Name",
            "Org_Acronym",
            "Org_Type",
            "Sector",
            "Activity_Description",
            "ADM1_EN",
            "ADM1_PCODE",
            "ADM2_EN",
            "ADM2_PCODE",
            "Status",
            "Start_Date",
            "End_Date",
        ]
    ]
    for at, (parent, area) in enumerate(places):
        rows.append(
            [
                "Example Relief",
                "ER",
                "INGO",
                "WASH",
                "Water trucking",
                parent.name,
                parent.code.replace("SD", "SDN"),
                area.name,
                area.code.replace("SD", "SDN"),
                "On-going",
                f"0{at % 9 + 1}/25/2024",
                "12/31/2024",
            ]
        )
    found = read(write_csv(tmp_path / "Sudan_3W_Q2_2024.csv", rows))
    assert found.plan.country == "SDN"
    assert_lands(found, [area.code for _parent, area in places], ["WSH"] * 40)
    assert found.rows[0].time.starts == date(2024, 1, 25)
    assert str(found.rows[0].period) == "2024-04/2024-06"


def test_a_somali_workbook_with_one_sheet_a_cluster_and_a_hidden_one(tmp_path: Path):
    places = second_level("SOM", 24)
    heading = ["Organization", "Region", "District", "Activity", "Status", "Men", "Women"]
    sheets = [
        Sheet(
            "Read me",
            [["How to fill in this file"], ["1. One row an activity"], ["2. Don't change the headings"]],
        )
    ]
    for number, cluster in enumerate(("WASH", "Health", "Food Security", "Child Protection")):
        part = places[6 * number : 6 * number + 6]
        sheets.append(
            Sheet(
                cluster,
                [
                    heading,
                    *[
                        ["Example Aid", parent.name, area.name, "Support", "Ongoing", 1, 2]
                        for parent, area in part
                    ],
                ],
            )
        )
    sheets.append(
        Sheet(
            "Nutrition",
            [heading, ["Old Aid", places[0][0].name, places[0][1].name, "Old", "Closed", 1, 2]],
            hidden=True,
        )
    )
    sheets.append(
        Sheet("Lists", [["Region", "District"], *[[parent.name, area.name] for parent, area in places]])
    )
    found = read(write_xlsx(tmp_path / "Somalia 4W March 2024.xlsx", *sheets))
    assert [one.sheet.name for one in found.plan.chosen] == [
        "WASH",
        "Health",
        "Food Security",
        "Child Protection",
    ]
    assert_lands(
        found,
        [area.code for _parent, area in places],
        ["WSH"] * 6 + ["HEA"] * 6 + ["FSC"] * 6 + ["PRO-CPN"] * 6,
    )
    assert str(found.plan.period) == "2024-03/2024-03"


def test_an_ethiopian_file_with_bare_numbers_for_codes(tmp_path: Path):
    places = second_level("ETH", 40, unlike=False)
    rows: list[list[object]] = [
        [
            "Partner",
            "Cluster",
            "Intervention",
            "Region",
            "Region code",
            "Zone",
            "Zone code",
            "Woreda",
            "Woreda code",
            "Status",
            "Quarter",
            "Year",
        ]
    ]
    for at, (parent, area) in enumerate(places):
        # The spreadsheet took the codes for numbers: ET0101 is 101, its woreda ET010103 is 10103.
        rows.append(
            [
                "Example Development",
                "Education",
                "School feeding",
                parent.name,
                int(parent.code[2:]),
                area.name,
                int(area.code[2:]),
                f"Woreda {at}",
                int(area.code[2:] + "03"),
                "Planned",
                "Q2",
                2024,
            ]
        )
    found = read(write_xlsx(tmp_path / "ethiopia.xlsx", Sheet("3W", rows)))
    assert found.plan.country == "ETH"
    assert_lands(found, [area.code for _parent, area in places], ["EDU"] * 40)
    assert {str(row.period) for row in found.rows} == {"2024-04/2024-06"}
    assert {row.status for row in found.rows} == {"planned"}


def test_a_malian_workbook_with_two_rows_of_headings_and_merged_regions(tmp_path: Path):
    index = second_level("MLI", 24)
    upper = [
        "Organisation",
        "Cluster",
        "Localisation",
        "",
        "Période",
        "",
        "Bénéficiaires atteints",
        "",
        "",
        "",
    ]
    lower = ["", "", "Région", "Cercle", "Début", "Fin", "Femmes", "Hommes", "Filles", "Garçons"]
    rows: list[list[object]] = [["MALI : présence opérationnelle"], [], upper, lower]
    merges = [(2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 2, 5), (2, 6, 2, 9)]
    places = sorted(index, key=lambda pair: pair[0].code)
    for at, (parent, area) in enumerate(places):
        first = at == 0 or places[at - 1][0] is not parent
        rows.append(
            [
                "Association Exemple",
                "Santé",
                parent.name if first else "",
                area.name,
                date(2024, 2, 1),
                date(2024, 2, 29),
                1,
                2,
                3,
                4,
            ]
        )
    for parent in {parent.code: parent for parent, _area in places}.values():
        mine = [at for at, (one, _area) in enumerate(places) if one is parent]
        if len(mine) > 1:
            merges.append((mine[0] + 4, 2, mine[-1] + 4, 2))
    found = read(write_xlsx(tmp_path / "mali.xlsx", Sheet("Données", rows, merges=merges)))
    assert_lands(found, [area.code for _parent, area in places], ["HEA"] * len(places))
    assert [(one.who.sex, one.who.age, one.number) for one in found.rows[0].people] == [
        ("f", "18+", 1),
        ("m", "18+", 2),
        ("f", "0-17", 3),
        ("m", "0-17", 4),
    ]
    assert str(found.rows[0].period) == "2024-02/2024-02"


def test_a_chadian_file_with_departments_under_provinces(tmp_path: Path):
    places = second_level("TCD", 40)
    rows: list[list[object]] = [
        [
            "Acteurs",
            "Type d'acteur",
            "Secteur d'intervention",
            "Description des activités",
            "Province",
            "Code Province",
            "Département",
            "Code Département",
            "Mois",
        ]
    ]
    for parent, area in places:
        rows.append(
            [
                "ONG Exemple",
                "ONGI",
                "Sécurité alimentaire et moyens de subsistance",
                "Vivres contre travail",
                parent.name,
                parent.code.replace("TCD", "TD"),
                area.name,
                area.code.replace("TCD", "TD"),
                "janv-24",
            ]
        )
    found = read(write_csv(tmp_path / "tchad.csv", rows, delimiter="\t"))
    assert found.plan.country == "TCD"
    assert_lands(found, [area.code for _parent, area in places], ["FSC"] * 40)
    assert {str(row.period) for row in found.rows} == {"2024-01/2024-01"}
    assert Counter(
        row.organisation.type.scope for row in found.rows if row.organisation and row.organisation.type
    ) == {"international": 40}


def test_an_iraqi_file_with_mixed_levels(tmp_path: Path):
    places = second_level("IRQ", 30)
    rows: list[list[object]] = [
        [
            "Implementing Partner",
            "Lead Organisation",
            "Cluster / Sector",
            "Activity",
            "Country",
            "Governorate",
            "District",
            "Status of activity",
        ]
    ]
    wanted: list[str] = []
    for at, (parent, area) in enumerate(places):
        levels = (
            (parent.name, area.name, area.code),
            (parent.name, "", parent.code),
            (parent.name, "All districts", parent.code),
            ("", "", "IRQ"),
        )
        governorate, district, code = levels[at % 4]
        rows.append(
            [
                "Local Partner",
                "Example International",
                "Mine Action (HMA)",
                "Clearance",
                "Iraq",
                governorate,
                district,
                "Active",
            ]
        )
        wanted.append(code)
    found = read(write_csv(tmp_path / "Iraq 3W 2024-05.csv", rows))
    assert_lands(found, wanted, ["PRO-MIN"] * 30)
    assert {row.organisation.name for row in found.rows if row.organisation} == {"Example International"}
    assert {row.partner.name for row in found.rows if row.partner} == {"Local Partner"}
    assert all(row.verdict is Verdict.WARN for row in found.rows if row.area and row.area.level == 0)


def test_a_file_of_several_countries_is_read_for_one_of_them(tmp_path: Path):
    rows: list[list[object]] = [["Country", "Organization", "Sector", "Admin 1", "Admin 2", "Year"]]
    cameroon, niger = second_level("CMR", 8), second_level("NER", 8)
    rows += [["Cameroon", "Example", "Health", parent.name, area.name, 2024] for parent, area in cameroon]
    rows += [["Niger", "Example", "Health", parent.name, area.name, 2024] for parent, area in niger]
    found = read(write_csv(tmp_path / "lake-chad.csv", rows), country="NER")
    assert [row.area.code for row in found.rows if row.area] == [area.code for _parent, area in niger]
    assert len(found.refused) == 8


def test_a_matrix_with_a_column_for_each_sector(tmp_path: Path):
    places = second_level("SSD", 12)
    rows: list[list[object]] = [
        ["Organization", "State", "County", "WASH", "Health", "Nutrition", "FSL", "Total"]
    ]
    for at, (parent, area) in enumerate(places):
        rows.append(["Example Aid", parent.name, area.name, "x", "", "X" if at % 2 else "", "", 2])
    found = read(write_csv(tmp_path / "South Sudan presence March 2024.csv", rows))
    assert found.refused == []
    assert [(row.area.code if row.area else "", row.service) for row in found.rows] == [
        (area.code, service)
        for at, (_parent, area) in enumerate(places)
        for service in (("WSH", "NUT") if at % 2 else ("WSH",))
    ]


def test_a_mozambican_file_in_portuguese(tmp_path: Path):
    places = second_level("MOZ", 30)
    rows: list[list[object]] = [
        [
            "Nome da organização",
            "Parceiro de implementação",
            "Sector",
            "Actividade",
            "Província",
            "Distrito",
            "Posto administrativo",
            "Mês",
            "Ano",
            "Mulheres",
            "Homens",
        ]
    ]
    for parent, area in places:
        rows.append(
            [
                "Associação Exemplo",
                "Parceiro Local",
                "Água, Saneamento e Higiene",
                "Furos de água",
                parent.name,
                area.name,
                "Sede",
                "Março",
                2024,
                4,
                5,
            ]
        )
    found = read(write_csv(tmp_path / "mocambique.csv", rows, encoding="cp1252", delimiter=";"))
    assert_lands(found, [area.code for _parent, area in places], ["WSH"] * 30)
    assert {str(row.period) for row in found.rows} == {"2024-03/2024-03"}


def test_governorates_of_the_second_level(tmp_path: Path):
    # In Palestine and Tunisia the first level is a part of the country that no file names.
    for country, most in (("PSE", 12), ("TUN", 20)):
        places = second_level(country, most)
        rows: list[list[object]] = [["Organization", "Cluster", "Governorate", "Month", "Year"]]
        rows += [["Example", "Health", area.name, "June", 2024] for _parent, area in places]
        found = read(write_csv(tmp_path / "x.csv", rows), country=country)
        assert_lands(found, [area.code for _parent, area in places], ["HEA"] * most)


def test_a_bangladeshi_file_with_division_district_and_upazila(tmp_path: Path):
    places = second_level("BGD", 30)
    rows: list[list[object]] = [
        [
            "Agency",
            "Implementing Agency",
            "Sector",
            "Division",
            "District",
            "Upazila",
            "Union",
            "Activity start date",
            "Activity end date",
            "# of people reached",
        ]
    ]
    rows += [
        [
            "Example UN",
            "Local NGO",
            "Nutrition",
            parent.name,
            area.name,
            "Sadar",
            "Ward 1",
            "15-Mar-24",
            "31-Dec-24",
            "1,250",
        ]
        for parent, area in places
    ]
    found = read(write_csv(tmp_path / "x.csv", rows))
    assert_lands(found, [area.code for _parent, area in places], ["NUT"] * 30)
    assert str(found.rows[0].period) == "2024-03/2024-12"
    assert {figure.number for row in found.rows for figure in row.people} == {1250}
