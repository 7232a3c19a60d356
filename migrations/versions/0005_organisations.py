"""The register of partners."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_organisations"
down_revision = "0004_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="draft", nullable=False),
        sa.Column(
            "shown",
            sa.Boolean(),
            sa.Computed("state IN ('listed', 'verified', 'suspended', 'lapsed')", persisted=True),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_folded", sa.String(), nullable=False),
        sa.Column("acronym", sa.String(), server_default="", nullable=False),
        sa.Column("search", sa.String(), server_default="", nullable=False),
        sa.Column(
            "descriptions",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("home_area_id", sa.Uuid(), nullable=True),
        sa.Column("founded_year", sa.Integer(), nullable=True),
        sa.Column("staff", sa.String(), server_default="", nullable=False),
        sa.Column("volunteers", sa.String(), server_default="", nullable=False),
        sa.Column("budget", sa.String(), server_default="", nullable=False),
        sa.Column("website", sa.String(), server_default="", nullable=False),
        sa.Column("website_domain", sa.String(), server_default="", nullable=False),
        sa.Column("phone", sa.String(), server_default="", nullable=False),
        sa.Column("public_email", sa.String(), server_default="", nullable=False),
        sa.Column("contact_person", sa.String(), server_default="", nullable=False),
        sa.Column("address", sa.String(), server_default="", nullable=False),
        sa.Column("address_public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("demonstration", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("listed_source", sa.String(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into IS NOT NULL)",
            name=op.f("ck_organisation_merged_names_the_other"),
        ),
        sa.CheckConstraint(
            "kind IN ('ngo', 'self_organised', 'network', 'department', 'local_government', 'firm', 'foundation', 'international')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('listed', 'draft', 'submitted', 'returned', 'verified', 'declined', 'suspended', 'removed', 'lapsed', 'merged')",
            name=op.f("ck_organisation_state"),
        ),
        sa.CheckConstraint("founded_year BETWEEN 1700 AND 2100", name=op.f("ck_organisation_founded_year")),
        sa.ForeignKeyConstraint(["home_area_id"], ["area.id"], name=op.f("fk_organisation_home_area_id")),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["organisation.id"], name=op.f("fk_organisation_merged_into")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
        info={"placement": "shared"},
    )
    op.create_index("ix_organisation_home_area_id", "organisation", ["home_area_id"], unique=False)
    op.create_index(
        "ix_organisation_kind_shown",
        "organisation",
        ["kind", "name_folded", "id"],
        unique=False,
        postgresql_where=sa.text("shown"),
    )
    op.create_index(
        "ix_organisation_search",
        "organisation",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_organisation_shown",
        "organisation",
        ["name_folded", "id"],
        unique=False,
        postgresql_where=sa.text("shown"),
    )
    op.create_table(
        "duplicate",
        sa.Column("low_id", sa.Uuid(), nullable=False),
        sa.Column("high_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="suspected", nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('suspected', 'same', 'branch', 'different')", name=op.f("ck_duplicate_state")
        ),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_duplicate_ordered")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_duplicate_answered_by")),
        sa.ForeignKeyConstraint(["high_id"], ["organisation.id"], name=op.f("fk_duplicate_high_id")),
        sa.ForeignKeyConstraint(["low_id"], ["organisation.id"], name=op.f("fk_duplicate_low_id")),
        sa.PrimaryKeyConstraint("low_id", "high_id", name=op.f("pk_duplicate")),
        info={"placement": "shared"},
    )
    op.create_index("ix_duplicate_high_id", "duplicate", ["high_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="member", nullable=False),
        sa.Column("message", sa.String(), server_default="", nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('member', 'editor', 'signatory', 'owner')", name=op.f("ck_membership_role")
        ),
        sa.CheckConstraint("state IN ('asked', 'member', 'ended')", name=op.f("ck_membership_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        info={"placement": "shared"},
    )
    op.create_index("ix_membership_organisation_id", "membership", ["organisation_id"], unique=False)
    op.create_index(
        "uq_membership_live",
        "membership",
        ["person_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_table(
        "office_holder",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_office_holder_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_holder")),
        info={"placement": "shared"},
    )
    op.create_index("ix_office_holder_organisation_id", "office_holder", ["organisation_id"], unique=False)
    op.create_table(
        "organisation_area",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("wished", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_organisation_area_area_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_area_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "area_id", name=op.f("pk_organisation_area")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_organisation_area_area_id", "organisation_area", ["area_id", "organisation_id"], unique=False
    )
    op.create_table(
        "organisation_identifier",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("number_norm", sa.String(), nullable=False),
        sa.Column("issued_by", sa.String(), server_default="", nullable=False),
        sa.Column("live", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_identifier_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_identifier")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_organisation_identifier_organisation_id",
        "organisation_identifier",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        "uq_organisation_identifier_live",
        "organisation_identifier",
        ["scheme", "number_norm"],
        unique=True,
        postgresql_where=sa.text("live"),
    )
    op.create_table(
        "organisation_name",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("language", sa.String(), server_default="", nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.CheckConstraint(
            "form IN ('legal', 'used', 'former', 'alias', 'acronym', 'translation')",
            name=op.f("ck_organisation_name_form"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_name_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_name")),
        sa.UniqueConstraint(
            "organisation_id", "form", "folded", name=op.f("uq_organisation_name_organisation_id_form_folded")
        ),
        info={"placement": "shared"},
    )
    op.create_index("ix_organisation_name_folded", "organisation_name", ["folded"], unique=False)
    op.create_index(
        "ix_organisation_name_key",
        "organisation_name",
        ["key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"key": "gin_trgm_ops"},
    )
    op.create_table(
        "organisation_term",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "relation IN ('serves', 'led_by', 'service', 'language', 'access')",
            name=op.f("ck_organisation_term_relation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_term_organisation_id")
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_organisation_term_term_id")),
        sa.PrimaryKeyConstraint("organisation_id", "relation", "term_id", name=op.f("pk_organisation_term")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_organisation_term_term_id",
        "organisation_term",
        ["term_id", "relation", "organisation_id"],
        unique=False,
    )
    op.create_table(
        "registration",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), server_default="draft", nullable=False),
        sa.Column("checklist_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "answers",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "steps_done", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "questions",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("begun_by", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (submitted_at IS NULL)", name=op.f("ck_registration_submitted_at")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'verified', 'declined', 'suspended', 'removed', 'lapsed', 'merged')",
            name=op.f("ck_registration_state"),
        ),
        sa.ForeignKeyConstraint(["begun_by"], ["person.id"], name=op.f("fk_registration_begun_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_registration_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_registration_organisation_id_number")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_registration_queue",
        "registration",
        ["submitted_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'submitted'"),
    )
    op.create_table(
        "check_item",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "answer IN ('met', 'not_met', 'not_needed', 'met_another_way')", name=op.f("ck_check_item_answer")
        ),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_check_item_checked_by")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_check_item_registration_id")
        ),
        sa.PrimaryKeyConstraint("registration_id", "code", name=op.f("pk_check_item")),
        info={"placement": "shared"},
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), server_default="", nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_for", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('verified', 'declined', 'suspended', 'restored', 'removed', 'merged')",
            name=op.f("ck_decision_outcome"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_decision_decided_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_decision_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_decision_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_decision_at",
        "decision",
        [sa.literal_column("at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("ix_decision_organisation_id", "decision", ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("decision")
    op.drop_table("check_item")
    op.drop_table("registration")
    op.drop_table("organisation_term")
    op.drop_table("organisation_name")
    op.drop_table("organisation_identifier")
    op.drop_table("organisation_area")
    op.drop_table("office_holder")
    op.drop_table("membership")
    op.drop_table("duplicate")
    op.drop_table("organisation")
