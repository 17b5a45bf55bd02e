"""Let the database look up the case of each item of a list, and not first all cases that a unit may see.

The policy of ``work_item`` asks whether a unit has access to the item's case. The planner does not know
how many units ask and took it for cheap to read all cases of a unit into a table first: 90,000 of them
for the fifty items of a page. ``OFFSET 0`` changes no answer and keeps it from that.

Safe with the previous release: who sees what is the same. Takes ACCESS EXCLUSIVE on ``work_item`` for
the length of one catalogue change.
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"

OWN_CASE = (
    "(SELECT app_actor()) = 'person' AND EXISTS (SELECT FROM case_access a WHERE a.case_id = work_item.case_id"
    " AND a.unit_id = ANY ((SELECT app_units())::bigint[]){})"
)


def upgrade() -> None:
    _ask(OWN_CASE.format(" OFFSET 0"))


def downgrade() -> None:
    _ask(OWN_CASE.format(""))


def _ask(condition: str) -> None:
    op.execute(f"ALTER POLICY person ON work_item USING ({condition}) WITH CHECK ({condition})")
