"""Whether a diagram runs well: nothing stalls, turns for ever, is done twice or is never done.

docs/explanation/soundness.md says what that means and how it is found out. Our own search over the states of the
model language; nothing here runs a diagram.
"""

from __future__ import annotations

from engine.bpmn.soundness.together import check_together, sendable
from engine.bpmn.soundness.verdicts import check_soundness, measure

__all__ = ["check_soundness", "check_together", "measure", "sendable"]
