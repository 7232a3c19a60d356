"""Audit, mail, limits, forms that were sent, and the job queue."""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001_kernel"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Trusted extensions of PostgreSQL's own contrib: the owner of the database may create them.
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    # The queue's own schema, in its own words; past the drivers that would read its % signs as places.
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())
    op.create_table(
        "audit_chain",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("length", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("head", sa.LargeBinary(), server_default=sa.text("''::bytea"), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_chain")),
        info={"placement": "by: chain"},
    )
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(kind = 'place') = (other_id IS NOT NULL)", name=op.f("ck_change_place_names_its_service")
        ),
        sa.CheckConstraint(
            "kind IN ('place', 'capacity line', 'programme', 'organisation')", name=op.f("ck_change_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        info={"placement": "local"},
    )
    op.create_table(
        "loaded_files",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_loaded_files")),
        info={"placement": "shared"},
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("to_address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), server_default="en", nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent')", name=op.f("ck_message_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        info={"placement": "shared"},
    )
    op.create_table(
        "sent_form",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("leads_to", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sent_form")),
        info={"placement": "local"},
    )
    op.create_table(
        "spent",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("begins", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_spent")),
        info={"placement": "local"},
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "audit_entry",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["chain"], ["audit_chain.chain"], name=op.f("fk_audit_entry_chain")),
        sa.PrimaryKeyConstraint("chain", "n", name=op.f("pk_audit_entry")),
        info={"placement": "by: chain"},
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at", "chain", "n"], unique=False)
    op.create_index("ix_audit_entry_subject_id", "audit_entry", ["subject_id"], unique=False)


def downgrade() -> None:
    """The job queue's tables stay: jobs may still be waiting in them."""
    op.drop_table("audit_entry")
    op.drop_table("change")
    op.drop_table("spent")
    op.drop_table("sent_form")
    op.drop_table("message")
    op.drop_table("audit_chain")
