"""The area tree."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_places"
down_revision = "0001_kernel"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "names",
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
        sa.Column("lo", sa.Integer(), nullable=False),
        sa.Column("hi", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(), server_default="UTC", nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=True),
        sa.Column("population_at", sa.Date(), nullable=True),
        sa.Column("population_source", sa.String(), server_default="", nullable=False),
        sa.Column("outline", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "(level = 0) = (parent_id IS NULL)", name=op.f("ck_area_only_countries_have_no_parent")
        ),
        sa.CheckConstraint("hi >= lo", name=op.f("ck_area_interval")),
        sa.CheckConstraint("population >= 0", name=op.f("ck_area_population")),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name=op.f("fk_area_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("code", name=op.f("uq_area_code")),
        info={"placement": "shared"},
    )
    op.create_index("ix_area_lo_hi", "area", ["lo", "hi"], unique=False)
    op.create_index("ix_area_parent_id", "area", ["parent_id"], unique=False)
    op.create_table(
        "area_spelling",
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_spelling_area_id")),
        sa.PrimaryKeyConstraint("area_id", "folded", name=op.f("pk_area_spelling")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_area_spelling_folded",
        "area_spelling",
        ["folded"],
        unique=False,
        postgresql_ops={"folded": "text_pattern_ops"},
    )
    op.create_index(
        "ix_area_spelling_trigrams",
        "area_spelling",
        ["country", "folded"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={"folded": "gist_trgm_ops"},
    )
    op.create_table(
        "area_drawing",
        sa.Column("parent_id", sa.Uuid(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("drawing", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name=op.f("fk_area_drawing_parent_id")),
        sa.PrimaryKeyConstraint("parent_id", "width", name=op.f("pk_area_drawing")),
        info={"placement": "shared"},
    )


def downgrade() -> None:
    op.drop_table("area_drawing")
    op.drop_table("area_spelling")
    op.drop_table("area")
