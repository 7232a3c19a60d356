"""Weight sets, free capacity, matches, and who was shown how often."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_matching"
down_revision = "0008_coverage"
branch_labels = None
depends_on = None

FIRST = """
{"capacity": [25], "group": [10, 20], "service": [8, 15], "place": [5, 9, 15],
 "language": [10], "access": [3, 5], "time": [3, 5], "asked_for": [5]}
"""
REASON = "The set the platform begins with: every factor and its points are explained on the page of weights."


def upgrade() -> None:
    op.create_table(
        "treatment",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("class", sa.String(), nullable=False),
        sa.Column("got", sa.Double(), nullable=False),
        sa.Column("eligible", sa.Double(), nullable=False),
        sa.Column("partners", sa.Integer(), nullable=False),
        sa.Column(
            "lists",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.CheckConstraint("measure IN ('size', 'kind', 'seat', 'age')", name=op.f("ck_treatment_measure")),
        sa.PrimaryKeyConstraint("month", "measure", "class", name=op.f("pk_treatment")),
        info={"placement": "shared"},
    )
    op.create_table(
        "place_language",
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_place_language_area_id")),
        sa.ForeignKeyConstraint(["stated_by"], ["person.id"], name=op.f("fk_place_language_stated_by")),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_place_language_term_id")),
        sa.PrimaryKeyConstraint("area_id", "term_id", name=op.f("pk_place_language")),
        info={"placement": "shared"},
    )
    op.create_table(
        "weight_set",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("weights", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column(
            "announced_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.CheckConstraint("id > 0", name=op.f("ck_weight_set_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_weight_set_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight_set")),
        info={"placement": "shared"},
    )
    op.create_table(
        "exposure",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("got", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("merited", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("eligible", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("deficit", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_exposure_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "on", name=op.f("pk_exposure")),
        info={"placement": "shared"},
    )
    op.create_index("ix_exposure_on", "exposure", ["on"], unique=False)
    op.create_table(
        "free_capacity",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_free_capacity_people")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_free_capacity_organisation_id")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["term.id"], name=op.f("fk_free_capacity_service_id")),
        sa.ForeignKeyConstraint(["stated_by"], ["person.id"], name=op.f("fk_free_capacity_stated_by")),
        sa.PrimaryKeyConstraint("organisation_id", "service_id", name=op.f("pk_free_capacity")),
        info={"placement": "shared"},
    )
    op.create_table(
        "match",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("asked_id", sa.Uuid(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("weight_set_id", sa.Integer(), nullable=False),
        sa.Column("points", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(), server_default="suggested", nullable=False),
        sa.Column("organisation_says", sa.String(), server_default="", nullable=False),
        sa.Column("organisation_by", sa.Uuid(), nullable=True),
        sa.Column("asked_says", sa.String(), server_default="", nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("people", sa.BigInteger(), nullable=True),
        sa.Column("reason_code", sa.String(), server_default="", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("hidden_until", sa.Date(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("asked_says IN ('', 'yes', 'no', 'agree')", name=op.f("ck_match_asked_says")),
        sa.CheckConstraint(
            "organisation_says IN ('', 'yes', 'no', 'agree')", name=op.f("ck_match_organisation_says")
        ),
        sa.CheckConstraint(
            "state <> 'agreed' OR people IS NOT NULL", name=op.f("ck_match_agreed_says_how_many")
        ),
        sa.CheckConstraint(
            "state IN ('suggested', 'interested', 'mutual', 'agreed', 'declined', 'expired')",
            name=op.f("ck_match_state"),
        ),
        sa.CheckConstraint("asked_id <> organisation_id", name=op.f("ck_match_two_sides")),
        sa.CheckConstraint("people > 0", name=op.f("ck_match_people")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_match_area_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_match_asked_by")),
        sa.ForeignKeyConstraint(["asked_id"], ["organisation.id"], name=op.f("fk_match_asked_id")),
        sa.ForeignKeyConstraint(["group_id"], ["term.id"], name=op.f("fk_match_group_id")),
        sa.ForeignKeyConstraint(["organisation_by"], ["person.id"], name=op.f("fk_match_organisation_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_match_organisation_id")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["term.id"], name=op.f("fk_match_service_id")),
        sa.ForeignKeyConstraint(["weight_set_id"], ["weight_set.id"], name=op.f("fk_match_weight_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
        info={"placement": "shared"},
    )
    op.create_index("ix_match_asked_id", "match", ["asked_id", "state"], unique=False)
    op.create_index(
        "ix_match_moving",
        "match",
        ["moved_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('suggested', 'interested', 'mutual')"),
    )
    op.create_index("ix_match_need", "match", ["area_id", "service_id", "group_id"], unique=False)
    op.create_index("ix_match_organisation_id", "match", ["organisation_id", "state"], unique=False)
    op.create_index(
        "uq_match_open",
        "match",
        ["organisation_id", "area_id", "service_id", "group_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('declined', 'expired')"),
    )
    op.create_table(
        "match_note",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 1000", name=op.f("ck_match_note_text")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_match_note_match_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_match_note_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_match_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_note")),
        info={"placement": "shared"},
    )
    op.create_index("ix_match_note_match_id", "match_note", ["match_id", "id"], unique=False)
    op.create_table(
        "served_list",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("times", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("shares", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["need_cell.id"], name=op.f("fk_served_list_cell_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("on", "cell_id", name=op.f("pk_served_list")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_served_list_open", "served_list", ["on"], unique=False, postgresql_where=sa.text("shares IS NULL")
    )
    op.execute(
        sa.text(
            "INSERT INTO weight_set (id, weights, reason, in_force_from) "
            "VALUES (1, CAST(:weights AS jsonb), :reason, DATE '2026-01-01')"
        ).bindparams(weights=FIRST, reason=REASON)
    )


def downgrade() -> None:
    op.drop_table("served_list")
    op.drop_table("match_note")
    op.drop_table("match")
    op.drop_table("free_capacity")
    op.drop_table("exposure")
    op.drop_table("weight_set")
    op.drop_table("place_language")
    op.drop_table("treatment")
