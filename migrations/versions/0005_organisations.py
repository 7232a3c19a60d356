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
        "name_word",
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("organisations", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_name_word")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_name_word_trigrams",
        "name_word",
        ["word"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
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
        sa.Column("words", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
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
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("by_reference", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("claims_id", sa.Uuid(), nullable=True),
        sa.Column("demonstration", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("listed_source", sa.String(), server_default="", nullable=False),
        sa.Column("listed_address", sa.String(), server_default="", nullable=False),
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
        sa.CheckConstraint("merged_into <> id AND claims_id <> id", name=op.f("ck_organisation_another")),
        sa.ForeignKeyConstraint(["claims_id"], ["organisation.id"], name=op.f("fk_organisation_claims_id")),
        sa.ForeignKeyConstraint(["home_area_id"], ["area.id"], name=op.f("fk_organisation_home_area_id")),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["organisation.id"], name=op.f("fk_organisation_merged_into")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_organisation_changed_at",
        "organisation",
        [sa.literal_column("changed_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("shown"),
    )
    op.create_index(
        "ix_organisation_claims_id",
        "organisation",
        ["claims_id"],
        unique=False,
        postgresql_where=sa.text("claims_id IS NOT NULL"),
    )
    op.create_index(
        "ix_organisation_expires_on",
        "organisation",
        ["expires_on"],
        unique=False,
        postgresql_where=sa.text("state = 'verified'"),
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
        "ix_organisation_merged_into",
        "organisation",
        ["merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index(
        "ix_organisation_phone",
        "organisation",
        ["phone"],
        unique=False,
        postgresql_where=sa.text("phone <> ''"),
    )
    op.create_index(
        "ix_organisation_shown",
        "organisation",
        ["name_folded", "id"],
        unique=False,
        postgresql_where=sa.text("shown"),
    )
    op.create_index(
        "ix_organisation_website_domain",
        "organisation",
        ["website_domain"],
        unique=False,
        postgresql_where=sa.text("website_domain <> ''"),
    )
    op.create_index("ix_organisation_words", "organisation", ["words"], unique=False, postgresql_using="gin")
    op.create_table(
        "duplicate",
        sa.Column("low_id", sa.Uuid(), nullable=False),
        sa.Column("high_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="suspected", nullable=False),
        sa.Column("names", sa.String(), server_default="", nullable=False),
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
        "invitation",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('member', 'editor', 'signatory', 'owner')", name=op.f("ck_invitation_role")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_invitation_state")
        ),
        sa.CheckConstraint("email = lower(email) AND length(email) <= 254", name=op.f("ck_invitation_email")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_invitation_invited_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_invitation_email",
        "invitation",
        ["email"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_invitation_open",
        "invitation",
        ["organisation_id", "email"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="member", nullable=False),
        sa.Column("message", sa.String(), server_default="", nullable=False),
        sa.Column("came_from", sa.Uuid(), nullable=True),
        sa.Column("by_itself", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('member', 'editor', 'signatory', 'owner')", name=op.f("ck_membership_role")
        ),
        sa.CheckConstraint("state IN ('asked', 'member', 'ended')", name=op.f("ck_membership_state")),
        sa.CheckConstraint(
            "by_itself IN ('asked', 'member', 'editor', 'signatory', 'owner')",
            name=op.f("ck_membership_by_itself"),
        ),
        sa.ForeignKeyConstraint(["came_from"], ["organisation.id"], name=op.f("fk_membership_came_from")),
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
        "merger",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("absorbed_id", sa.Uuid(), nullable=False),
        sa.Column("survivor_id", sa.Uuid(), nullable=False),
        sa.Column("state_before", sa.String(), nullable=False),
        sa.Column("moved", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("absorbed_id <> survivor_id", name=op.f("ck_merger_two")),
        sa.ForeignKeyConstraint(["absorbed_id"], ["organisation.id"], name=op.f("fk_merger_absorbed_id")),
        sa.ForeignKeyConstraint(["survivor_id"], ["organisation.id"], name=op.f("fk_merger_survivor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merger")),
        info={"placement": "shared"},
    )
    op.create_index("ix_merger_absorbed_id", "merger", ["absorbed_id"], unique=False)
    op.create_index("ix_merger_survivor_id", "merger", ["survivor_id"], unique=False)
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
        sa.Column("marks", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
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
        "ix_organisation_name_marks", "organisation_name", ["marks"], unique=False, postgresql_using="gin"
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
        "reported_area",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_reported_area_area_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_reported_area_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "area_id", "source_id", name=op.f("pk_reported_area")),
        info={"placement": "shared"},
    )
    op.create_index("ix_reported_area_area_id", "reported_area", ["area_id", "organisation_id"], unique=False)
    op.create_table(
        "reported_service",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_reported_service_term_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_reported_service_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "term_id", "source_id", name=op.f("pk_reported_service")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_reported_service_term_id", "reported_service", ["term_id", "organisation_id"], unique=False
    )
    op.create_table(
        "proposed_decision",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("survivor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("serious", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_in", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("survivor_agreed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'merged') = (survivor_id IS NOT NULL)", name=op.f("ck_proposed_decision_survivor")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (closed_by IS NULL)", name=op.f("ck_proposed_decision_closed_by")
        ),
        sa.CheckConstraint(
            "outcome IN ('suspended', 'restored', 'removed', 'merged')",
            name=op.f("ck_proposed_decision_outcome"),
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR outcome = 'merged' OR closed_by <> proposed_by",
            name=op.f("ck_proposed_decision_two_people"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'confirmed', 'withdrawn')", name=op.f("ck_proposed_decision_state")
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_proposed_decision_closed_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_proposed_decision_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["person.id"], name=op.f("fk_proposed_decision_proposed_by")
        ),
        sa.ForeignKeyConstraint(["proposed_in"], ["area.id"], name=op.f("fk_proposed_decision_proposed_in")),
        sa.ForeignKeyConstraint(
            ["survivor_id"], ["organisation.id"], name=op.f("fk_proposed_decision_survivor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_decision")),
        info={"placement": "shared"},
    )
    op.create_index(
        "uq_proposed_decision_open",
        "proposed_decision",
        ["organisation_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "registration",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), server_default="first", nullable=False),
        sa.Column("state", sa.String(), server_default="draft", nullable=False),
        sa.Column("checklist_version", sa.Integer(), nullable=True),
        sa.Column(
            "answers",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "changes",
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
        sa.Column("different", sa.String(), server_default="", nullable=False),
        sa.Column("begun_by", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (submitted_at IS NULL)", name=op.f("ck_registration_submitted_at")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (checklist_version IS NULL)",
            name=op.f("ck_registration_decided_by_a_version"),
        ),
        sa.CheckConstraint("purpose IN ('first', 'renewal', 'change')", name=op.f("ck_registration_purpose")),
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
    op.create_index(
        "uq_registration_open",
        "registration",
        ["organisation_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'submitted', 'returned')"),
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
        "condition",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("met_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["met_by"], ["person.id"], name=op.f("fk_condition_met_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_condition_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_condition_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition")),
        info={"placement": "shared"},
    )
    op.create_index("ix_condition_organisation_id", "condition", ["organisation_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), server_default="", nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("decided_for", sa.String(), nullable=False),
        sa.Column("proposed_for", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('verified', 'declined', 'renewed', 'changed', 'suspended', 'restored', 'removed', 'merged', 'split')",
            name=op.f("ck_decision_outcome"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_decision_area_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_decision_decided_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_decision_organisation_id")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_decision_proposed_by")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_decision_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_decision_area_id", "decision", ["area_id", sa.literal_column("id DESC")], unique=False
    )
    op.create_index("ix_decision_organisation_id", "decision", ["organisation_id"], unique=False)
    op.create_index(
        "ix_decision_outcome_id", "decision", ["outcome", sa.literal_column("id DESC")], unique=False
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), server_default="registrar", nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_document_sha256")),
        sa.CheckConstraint(
            "visibility IN ('registrar', 'organisation')", name=op.f("ck_document_visibility")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_document_size")),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_document_added_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_document_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_document_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        info={"placement": "shared"},
    )
    op.create_index("ix_document_registration_id", "document", ["registration_id"], unique=False)
    op.create_index("ix_document_sha256", "document", ["sha256"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_evidence_registration_id")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_evidence_written_by")),
        sa.PrimaryKeyConstraint("registration_id", "code", name=op.f("pk_evidence")),
        info={"placement": "shared"},
    )
    op.create_table(
        "decision_contest",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("lodged_by", sa.Uuid(), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome IN ('upheld', 'overturned')", name=op.f("ck_decision_contest_outcome")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (answered_by IS NULL) AND (outcome IS NULL) = (answered_at IS NULL)",
            name=op.f("ck_decision_contest_answered"),
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_decision_contest_answered_by")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_contest_decision_id")
        ),
        sa.ForeignKeyConstraint(["lodged_by"], ["person.id"], name=op.f("fk_decision_contest_lodged_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_contest")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_decision_contest_decision_id")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_decision_contest_open",
        "decision_contest",
        ["lodged_at", "id"],
        unique=False,
        postgresql_where=sa.text("outcome IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("decision_contest")
    op.drop_table("evidence")
    op.drop_table("document")
    op.drop_table("decision")
    op.drop_table("condition")
    op.drop_table("check_item")
    op.drop_table("registration")
    op.drop_table("proposed_decision")
    op.drop_table("reported_service")
    op.drop_table("reported_area")
    op.drop_table("organisation_term")
    op.drop_table("organisation_name")
    op.drop_table("organisation_identifier")
    op.drop_table("organisation_area")
    op.drop_table("office_holder")
    op.drop_table("merger")
    op.drop_table("membership")
    op.drop_table("invitation")
    op.drop_table("duplicate")
    op.drop_table("organisation")
    op.drop_table("name_word")
