"""Coverage of need cells, and its trend."""

import sqlalchemy as sa
from alembic import op

revision = "0008_coverage"
down_revision = "0007_programmes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trend",
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reference_to", sa.Date(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("covered", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("nobody", sa.BigInteger(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("places_nobody", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_trend_area_id")),
        sa.ForeignKeyConstraint(["group_id"], ["term.id"], name=op.f("fk_trend_group_id")),
        sa.ForeignKeyConstraint(["service_id"], ["term.id"], name=op.f("fk_trend_service_id")),
        sa.PrimaryKeyConstraint("area_id", "service_id", "group_id", "on", name=op.f("pk_trend")),
        info={"placement": "shared"},
    )
    op.create_table(
        "reported",
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("through", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["term.id"], name=op.f("fk_reported_service_id")),
        sa.PrimaryKeyConstraint("country", "service_id", "source_id", name=op.f("pk_reported")),
        info={"placement": "shared"},
    )
    op.create_table(
        "cell_coverage",
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("local", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("listed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("withheld", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("covered", sa.BigInteger(), nullable=False),
        sa.Column("uncovered", sa.BigInteger(), nullable=False),
        sa.Column("overlap", sa.BigInteger(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=False),
        sa.Column("supply", sa.Double(), nullable=False),
        sa.Column("estimated", sa.Double(), nullable=False),
        sa.Column("unsure", sa.Double(), nullable=False),
        sa.Column("ratio", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("severity_effective", sa.SmallInteger(), nullable=False),
        sa.Column("tier", sa.SmallInteger(), nullable=False),
        sa.Column("confidence", sa.String(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("named", sa.Integer(), nullable=False),
        sa.Column("unmeasured", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("standing", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("tie", sa.Integer(), nullable=False),
        sa.Column(
            "worked_out_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("confidence IN ('A', 'B', 'C', 'D')", name=op.f("ck_cell_coverage_confidence")),
        sa.CheckConstraint(
            "covered >= 0 AND uncovered >= 0 AND overlap >= 0 AND low <= high",
            name=op.f("ck_cell_coverage_people"),
        ),
        sa.CheckConstraint("ratio BETWEEN 0 AND 1", name=op.f("ck_cell_coverage_ratio")),
        sa.CheckConstraint("tier BETWEEN 1 AND 5", name=op.f("ck_cell_coverage_tier")),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["need_cell.id"], name=op.f("fk_cell_coverage_cell_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["term.id"], name=op.f("fk_cell_coverage_group_id")),
        sa.ForeignKeyConstraint(["service_id"], ["term.id"], name=op.f("fk_cell_coverage_service_id")),
        sa.PrimaryKeyConstraint("cell_id", name=op.f("pk_cell_coverage")),
        info={"placement": "shared"},
    )
    op.create_index(
        "ix_cell_coverage_group_id_position",
        "cell_coverage",
        ["group_id", "position"],
        unique=False,
        postgresql_where=sa.text("listed"),
    )
    op.create_index(
        "ix_cell_coverage_match",
        "cell_coverage",
        ["service_id", "group_id", "tier", "position"],
        unique=False,
        postgresql_include=["uncovered", "cell_id", "tie"],
        postgresql_where=sa.text("listed"),
    )
    op.create_index(
        "ix_cell_coverage_service_id_position", "cell_coverage", ["service_id", "position"], unique=False
    )
    op.create_index(
        "ix_cell_coverage_worst",
        "cell_coverage",
        ["group_id", "tier", "ratio", "standing", sa.literal_column("(-uncovered)"), "cell_id"],
        unique=False,
        postgresql_where=sa.text("listed"),
    )
    op.create_index(
        "ix_cell_coverage_worst_of_service",
        "cell_coverage",
        ["group_id", "service_id", "tier", "ratio", "standing", sa.literal_column("(-uncovered)"), "cell_id"],
        unique=False,
        postgresql_where=sa.text("listed"),
    )
    op.create_table(
        "line_part",
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("cell_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("rate", sa.Double(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("split", sa.Boolean(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "rate BETWEEN 0 AND 1 AND share BETWEEN 0 AND 1", name=op.f("ck_line_part_shares")
        ),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["need_cell.id"], name=op.f("fk_line_part_cell_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_line_part_organisation_id")
        ),
        sa.PrimaryKeyConstraint("line_id", "cell_id", name=op.f("pk_line_part")),
        info={"placement": "shared"},
    )
    op.create_index("ix_line_part_cell_id", "line_part", ["cell_id"], unique=False)


def downgrade() -> None:
    op.drop_table("line_part")
    op.drop_table("cell_coverage")
    op.drop_table("reported")
    op.drop_table("trend")
