"""Needs as stated, and the working cells."""

import sqlalchemy as sa
from alembic import op

revision = "0006_needs"
down_revision = "0005_organisations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_note",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("country_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("facets", sa.String(), server_default="", nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_data_note_area_id")),
        sa.ForeignKeyConstraint(["country_id"], ["area.id"], name=op.f("fk_data_note_country_id")),
        sa.ForeignKeyConstraint(["service_id"], ["term.id"], name=op.f("fk_data_note_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_note")),
        info={"placement": "shared"},
    )
    op.create_index("ix_data_note_area_id", "data_note", ["area_id", "service_id"], unique=False)
    op.create_index("ix_data_note_country_id", "data_note", ["country_id", "service_id"], unique=False)
    op.create_table(
        "need_statement",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("stated_by_id", sa.Uuid(), nullable=True),
        sa.Column("official", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reference_from", sa.Date(), nullable=False),
        sa.Column("reference_to", sa.Date(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("retrieved_on", sa.Date(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(), server_default="any", nullable=False),
        sa.Column("sex", sa.String(), server_default="any", nullable=False),
        sa.Column("age", sa.String(), server_default="any", nullable=False),
        sa.Column("disability", sa.String(), server_default="any", nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=True),
        sa.Column("severity", sa.SmallInteger(), nullable=True),
        sa.Column("targeted", sa.BigInteger(), nullable=True),
        sa.Column("reached", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("row_number", sa.Integer(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("people >= 0", name=op.f("ck_need_statement_people")),
        sa.CheckConstraint("reached >= 0", name=op.f("ck_need_statement_reached")),
        sa.CheckConstraint("reference_to >= reference_from", name=op.f("ck_need_statement_reference_period")),
        sa.CheckConstraint("severity BETWEEN 1 AND 5", name=op.f("ck_need_statement_severity")),
        sa.CheckConstraint("targeted >= 0", name=op.f("ck_need_statement_targeted")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_need_statement_area_id")),
        sa.ForeignKeyConstraint(["service_id"], ["term.id"], name=op.f("fk_need_statement_service_id")),
        sa.ForeignKeyConstraint(
            ["stated_by_id"], ["organisation.id"], name=op.f("fk_need_statement_stated_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_statement")),
        info={"placement": "shared"},
    )
    op.create_index("ix_need_statement_area_id", "need_statement", ["area_id", "service_id"], unique=False)
    op.create_index("ix_need_statement_import_id", "need_statement", ["import_id"], unique=False)
    op.create_index(
        "uq_need_statement_live",
        "need_statement",
        ["source", "key"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "contest",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'not_accepted', 'withdrawn')", name=op.f("ck_contest_state")
        ),
        sa.CheckConstraint("people >= 0", name=op.f("ck_contest_people")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_contest_decided_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_contest_organisation_id")
        ),
        sa.ForeignKeyConstraint(["raised_by"], ["person.id"], name=op.f("fk_contest_raised_by")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["need_statement.id"], name=op.f("fk_contest_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_contest_open",
        "contest",
        ["raised_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_contest_statement_id", "contest", ["statement_id"], unique=False)
    op.create_index(
        "uq_contest_open",
        "contest",
        ["statement_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "need_cell",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("reference_from", sa.Date(), nullable=False),
        sa.Column("reference_to", sa.Date(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("summed", sa.Boolean(), nullable=False),
        sa.Column("local", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("listed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("withheld", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("parts_differ", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("severity", sa.SmallInteger(), nullable=True),
        sa.Column("severity_effective", sa.SmallInteger(), server_default=sa.text("3"), nullable=False),
        sa.Column("severity_from", sa.String(), server_default="unknown", nullable=False),
        sa.Column("contested", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=True),
        sa.Column("tie", sa.Integer(), nullable=False),
        sa.CheckConstraint("origin IN ('stated', 'sum of parts', 'rest')", name=op.f("ck_need_cell_origin")),
        sa.CheckConstraint("role IN ('total', 'basis part', 'view')", name=op.f("ck_need_cell_role")),
        sa.CheckConstraint("people > 0", name=op.f("ck_need_cell_people")),
        sa.CheckConstraint(
            "severity_effective BETWEEN 1 AND 5", name=op.f("ck_need_cell_severity_effective")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_need_cell_area_id")),
        sa.ForeignKeyConstraint(["group_id"], ["term.id"], name=op.f("fk_need_cell_group_id")),
        sa.ForeignKeyConstraint(["service_id"], ["term.id"], name=op.f("fk_need_cell_service_id")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["need_statement.id"], name=op.f("fk_need_cell_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_cell")),
        sa.UniqueConstraint(
            "area_id",
            "service_id",
            "group_id",
            "origin",
            name=op.f("uq_need_cell_area_id_service_id_group_id_origin"),
            postgresql_nulls_not_distinct=True,
        ),
        info={"placement": "shared"},
    )
    op.create_index("ix_need_cell_service_id_position", "need_cell", ["service_id", "position"], unique=False)
    op.create_index("ix_need_cell_statement_id", "need_cell", ["statement_id"], unique=False)


def downgrade() -> None:
    op.drop_table("need_cell")
    op.drop_table("contest")
    op.drop_table("need_statement")
    op.drop_table("data_note")
