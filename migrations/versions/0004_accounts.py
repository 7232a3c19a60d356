"""People, sign-ins and grants."""

import sqlalchemy as sa
from alembic import op

revision = "0004_accounts"
down_revision = "0003_vocabulary"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("language", sa.String(), server_default="en", nullable=False),
        sa.Column("time_zone", sa.String(), server_default="UTC", nullable=False),
        sa.Column("demonstration", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("email = lower(email) AND length(email) <= 254", name=op.f("ck_person_email")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        info={"placement": "shared"},
    )
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("leads_to", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_link_token_hash")),
        info={"placement": "local"},
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('registrar', 'convenor', 'publisher', 'reviewer', 'planner', 'vocabulary_editor', 'auditor', 'operator')",
            name=op.f("ck_role_grant_role"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_role_grant_area_id")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_role_grant_given_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        info={"placement": "shared"},
    )
    op.create_index(
        "uq_role_grant_live",
        "role_grant",
        ["person_id", "role", "area_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id")),
        sa.PrimaryKeyConstraint("id", "person_id", name=op.f("pk_session")),
        info={"placement": "by: person_id"},
    )
    op.create_index("ix_session_person_id", "session", ["person_id"], unique=False)
    op.create_index("ix_session_token_hash", "session", ["token_hash"], unique=False)


def downgrade() -> None:
    op.drop_table("session")
    op.drop_table("role_grant")
    op.drop_table("sign_in_link")
    op.drop_table("person")
