"""The deliberate mistake: half of a completion is committed before the rest is done.

Python imports this where a test puts its folder on the path of the running system; nothing else does.
"""

import time
from typing import Any

from sqlalchemy import text

from engine.service import stepping

_right = stepping.complete
PAUSE = 0.25


def _in_two_steps(case: Any, item: Any, fields: Any) -> Any:
    unit = case.unit
    settings = {"actor": unit.actor, "person": str(unit.acting.person_id or ""), "units": _units(unit)}
    unit.connection.exec_driver_sql("COMMIT")
    time.sleep(PAUSE)
    unit.connection.execute(
        text(
            "SELECT set_config('app.actor', :actor, true), set_config('app.person', :person, true),"
            " set_config('app.units', :units, true)"
        ),
        settings,
    )
    return _right(case, item, fields)


def _units(unit: Any) -> str:
    return ",".join(map(str, unit.acting.unit_ids))


stepping.complete = _in_two_steps
