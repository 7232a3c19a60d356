"""The vocabulary."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_vocabulary"
down_revision = "0002_places"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "term",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "descriptions",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "codes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "facts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("names ? 'en'", name=op.f("ck_term_named_in_english")),
        sa.CheckConstraint(
            "scheme IN ('group', 'service', 'skill', 'language', 'access', 'commitment', 'sdg_goal', 'sdg_target')",
            name=op.f("ck_term_scheme"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["term.id"], name=op.f("fk_term_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("scheme", "code", name=op.f("uq_term_scheme_code")),
        info={"placement": "shared"},
    )
    op.create_index("uq_term_code_in_any_case", "term", ["scheme", sa.text("lower(code)")], unique=True)
    op.create_index("ix_term_parent_id", "term", ["parent_id"], unique=False)
    op.create_table(
        "term_edition",
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entry", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_term_edition_term_id")),
        sa.PrimaryKeyConstraint("term_id", "version", name=op.f("pk_term_edition")),
        info={"placement": "shared"},
    )
    op.create_table(
        "term_link",
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("reason", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_term_link_two_entries")),
        sa.ForeignKeyConstraint(["from_id"], ["term.id"], name=op.f("fk_term_link_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["term.id"], name=op.f("fk_term_link_to_id")),
        sa.PrimaryKeyConstraint("from_id", "to_id", name=op.f("pk_term_link")),
        info={"placement": "shared"},
    )
    op.create_index("ix_term_link_to_id", "term_link", ["to_id"], unique=False)


def downgrade() -> None:
    op.drop_table("term_link")
    op.drop_table("term_edition")
    op.drop_table("term")
