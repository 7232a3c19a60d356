"""Weight sets, matches and exposure."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_matching"
down_revision = "0008_coverage"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "weight_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("weights", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column(
            "announced_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("in_force_from", sa.Date(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_exposure_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "on", name=op.f("pk_exposure")),
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
        sa.Column("asked_says", sa.String(), server_default="", nullable=False),
        sa.Column("reason_code", sa.String(), server_default="", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("hidden_until", sa.Date(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "state IN ('suggested', 'interested', 'mutual', 'agreed', 'declined', 'expired')",
            name=op.f("ck_match_state"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_match_area_id")),
        sa.ForeignKeyConstraint(["asked_id"], ["organisation.id"], name=op.f("fk_match_asked_id")),
        sa.ForeignKeyConstraint(["group_id"], ["term.id"], name=op.f("fk_match_group_id")),
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
        "uq_match_pair", "match", ["organisation_id", "area_id", "service_id", "group_id"], unique=True
    )
    op.create_table(
        "match_note",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_match_note_match_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_match_note_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_match_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_note")),
        info={"placement": "shared"},
    )
    op.create_index("ix_match_note_match_id", "match_note", ["match_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("match_note")
    op.drop_table("match")
    op.drop_table("exposure")
    op.drop_table("weight_set")
