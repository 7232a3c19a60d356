"""Programmes, their capacity, and presences."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_programmes"
down_revision = "0006_needs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("activity", sa.String(), server_default="", nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column(
            "people",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("sheet", sa.String(), server_default="", nullable=False),
        sa.Column("rows", sa.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("role IN ('reporting', 'implementing', 'both')", name=op.f("ck_presence_role")),
        sa.CheckConstraint(
            "status IN ('planned', 'ongoing', 'suspended', 'completed', 'cancelled', 'unknown')",
            name=op.f("ck_presence_status"),
        ),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_presence_period")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_presence_area_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_presence_organisation_id")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["organisation.id"], name=op.f("fk_presence_partner_id")),
        sa.ForeignKeyConstraint(["service_id"], ["term.id"], name=op.f("fk_presence_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
        sa.UniqueConstraint("source_id", "key", name=op.f("uq_presence_source_id_key")),
        info={"placement": "shared"},
    )
    op.create_index("ix_presence_area_id_service_id", "presence", ["area_id", "service_id"], unique=False)
    op.create_index("ix_presence_import_id", "presence", ["import_id"], unique=False)
    op.create_index(
        "ix_presence_organisation_id", "presence", ["organisation_id", "service_id"], unique=False
    )
    op.create_index("ix_presence_partner_id", "presence", ["partner_id"], unique=False)
    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_folded", sa.String(), nullable=False),
        sa.Column("search", sa.String(), server_default="", nullable=False),
        sa.Column(
            "summaries",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("state", sa.String(), server_default="draft", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "closed",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("people_together", sa.BigInteger(), nullable=True),
        sa.Column("referral", sa.String(), server_default="", nullable=False),
        sa.Column("referral_phone", sa.String(), server_default="", nullable=False),
        sa.Column("referral_email", sa.String(), server_default="", nullable=False),
        sa.Column("safeguarding_contact", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "steps_done", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("state_reason", sa.String(), server_default="", nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'planned', 'running', 'suspended', 'completed', 'cancelled')",
            name=op.f("ck_programme_state"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_programme_period")),
        sa.CheckConstraint("people_together >= 0", name=op.f("ck_programme_people_together")),
        sa.CheckConstraint(
            "published_at IS NOT NULL OR state IN ('draft', 'cancelled')", name=op.f("ck_programme_published")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_programme_created_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_programme_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        info={"placement": "shared"},
    )
    shown = sa.text("published_at IS NOT NULL")
    op.create_index("ix_programme_organisation_id", "programme", ["organisation_id", "title_folded", "id"])
    op.create_index("ix_programme_shown", "programme", ["title_folded", "id"], postgresql_where=shown)
    op.create_index(
        "ix_programme_state", "programme", ["state", "title_folded", "id"], postgresql_where=shown
    )
    op.create_index(
        "ix_programme_published_at",
        "programme",
        [sa.text("published_at DESC"), sa.text("id DESC")],
        postgresql_where=shown,
    )
    op.create_index("ix_programme_changed_at", "programme", ["changed_at", "id"], postgresql_where=shown)
    op.create_index(
        "ix_programme_search",
        "programme",
        ["search"],
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_table(
        "capacity_line",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=True),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "closed",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("split_by_us", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("counts IN ('places', 'through-put')", name=op.f("ck_capacity_line_counts")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_capacity_line_period")),
        sa.CheckConstraint("people >= 0", name=op.f("ck_capacity_line_people")),
        sa.CheckConstraint("NOT split_by_us OR people IS NULL", name=op.f("ck_capacity_line_split_by_us")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_capacity_line_programme_id")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["term.id"], name=op.f("fk_capacity_line_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_line")),
        info={"placement": "shared"},
    )
    op.create_index("ix_capacity_line_programme_id", "capacity_line", ["programme_id"], unique=False)
    op.create_index(
        "ix_capacity_line_confirmed_on",
        "capacity_line",
        ["confirmed_on"],
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "programme_area",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_programme_area_area_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_programme_area_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "area_id", name=op.f("pk_programme_area")),
        info={"placement": "shared"},
    )
    op.create_index("ix_programme_area_area_id", "programme_area", ["area_id", "programme_id"], unique=False)
    op.create_table(
        "programme_term",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "relation IN ('serves', 'service', 'language', 'access', 'commitment', 'sdg_target')",
            name=op.f("ck_programme_term_relation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_programme_term_programme_id")
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_programme_term_term_id")),
        sa.PrimaryKeyConstraint("programme_id", "relation", "term_id", name=op.f("pk_programme_term")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_programme_term_term_id", "programme_term", ["term_id", "relation", "programme_id"], unique=False
    )
    op.create_table(
        "capacity_line_area",
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_capacity_line_area_area_id")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["capacity_line.id"], name=op.f("fk_capacity_line_area_line_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("line_id", "area_id", name=op.f("pk_capacity_line_area")),
        info={"placement": "shared"},
    )
    op.create_table(
        "capacity_line_group",
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["term.id"], name=op.f("fk_capacity_line_group_group_id")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["capacity_line.id"], name=op.f("fk_capacity_line_group_line_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("line_id", "group_id", name=op.f("pk_capacity_line_group")),
        info={"placement": "shared"},
    )


def downgrade() -> None:
    op.drop_table("capacity_line_group")
    op.drop_table("capacity_line_area")
    op.drop_table("programme_term")
    op.drop_table("programme_area")
    op.drop_table("capacity_line")
    op.drop_table("programme")
    op.drop_table("presence")
