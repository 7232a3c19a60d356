"""Changes of the tree of areas, for coverage to follow."""

from alembic import op

revision = "0011_tree_changes"
down_revision = "0010_exchange"
branch_labels = None
depends_on = None

_BEFORE = "kind IN ('place', 'capacity line', 'programme', 'organisation')"
_AFTER = "kind IN ('place', 'capacity line', 'programme', 'organisation', 'tree')"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_change_kind"), "change", type_="check")
    op.create_check_constraint(op.f("ck_change_kind"), "change", _AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM change WHERE kind = 'tree'")
    op.drop_constraint(op.f("ck_change_kind"), "change", type_="check")
    op.create_check_constraint(op.f("ck_change_kind"), "change", _BEFORE)
