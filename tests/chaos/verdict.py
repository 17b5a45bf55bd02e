"""What must hold after everything was killed again and again: nothing lost, nothing doubled, nothing stuck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.adapters.postgres import Cluster
from engine.build import Services
from engine.core.errors import ShouhuError

#: Each of these finds nothing in a sound database; %(done)s are the tasks that were acknowledged.
MUST_FIND_NOTHING = {
    "acknowledged, but not completed": """
        SELECT id, state FROM work_item WHERE id = ANY(%(done)s) AND state <> 'completed'""",
    "completed without its submission, or with two": """
        SELECT w.id, count(s.id) FROM work_item w LEFT JOIN submission s ON s.work_item_id = w.id
        WHERE w.state = 'completed' GROUP BY w.id HAVING count(s.id) <> 1""",
    "handed in, but not done": """
        SELECT w.id, w.state FROM submission s JOIN work_item w ON w.id = s.work_item_id
        WHERE w.state <> 'completed'""",
    "completed without its entry in the journal, or with two": """
        SELECT w.id, count(j.seq) FROM work_item w LEFT JOIN journal j ON j.case_id = w.case_id
          AND j.kind = 'item_completed' AND (j.body::jsonb ->> 'item')::bigint = w.id
        WHERE w.state = 'completed' GROUP BY w.id HAVING count(j.seq) <> 1""",
    "accepted, but not checked for duplicates next, or twice": """
        SELECT w.id, count(n.id) FROM work_item w
          LEFT JOIN work_item n ON n.instance_id = w.instance_id AND n.code = 'P01-T4'
        WHERE w.code = 'P01-T3' AND w.state = 'completed' GROUP BY w.id HAVING count(n.id) <> 1""",
    "a procedure that waits for nothing": """
        SELECT i.id, i.procedure FROM instance i WHERE i.ended_at IS NULL
          AND NOT EXISTS (SELECT FROM work_item w WHERE w.instance_id = i.id AND w.state IN ('open', 'claimed'))
          AND NOT EXISTS (SELECT FROM timer t WHERE t.instance_id = i.id)
          AND NOT EXISTS (SELECT FROM subscription s WHERE s.instance_id = i.id)""",
    "an incident": "SELECT id, kind, sentence FROM incident",
    "the same reminder twice": """
        SELECT work_item_id, unit_id, person_id, about, kind, sentence, count(*) FROM notice
        WHERE work_item_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) > 1""",
    "a task without the unit that must see it": """
        SELECT w.id FROM work_item w WHERE NOT EXISTS
          (SELECT FROM case_access a WHERE a.case_id = w.case_id AND a.unit_id = w.unit_id)""",
}


def faults(cluster: Cluster, services: Services, *, done: Sequence[int], receipts: Sequence[str]) -> list[str]:
    """Return everything that is not as it must be, in words."""
    found: list[str] = []
    with cluster.connect("shouhu") as connection:
        for words, query in MUST_FIND_NOTHING.items():
            rows: list[Any] = connection.execute(query, {"done": list(done)}).fetchall()
            if rows:
                found.append(f"{words}: {rows[:5]} ({len(rows)} in all)")
    found += [f"the chain of {one.number}: {one.broken}" for one in services.audit.verify() if one.broken]
    if len(done) != len(set(done)):
        found.append("a task was acknowledged to two people")
    for code in receipts:
        try:
            services.receipts.look_up(code)
        except ShouhuError as error:
            found.append(f"a receipt that was handed out is not known: {error}")
    return found
