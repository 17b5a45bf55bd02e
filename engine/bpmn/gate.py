"""The gate before publication: XML in quarantine, then the release, then whether its procedures run well together.

``shouhu model check`` says what would be said here, so that nobody learns of it only when publishing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from engine.bpmn import quarantine
from engine.bpmn.findings import Finding, ModelError
from engine.bpmn.release import Bundle, Release, compile_release, in_order
from engine.bpmn.soundness import check_together

#: Digests of contents in which the quarantine has found nothing; the same bytes are clean again.
_clean: set[bytes] = set()


def admit(jurisdiction: str, bundle: Bundle) -> Release:
    """Return the release that a bundle makes, with what is worth a reminder in ``findings``.

    Raises:
        ModelError: with every finding; nothing of the bundle may be published.
    """
    odd = [one for findings in in_quarantine(bundle).values() for one in findings]
    if quarantine.is_unreadable(odd):
        raise ModelError(odd)
    try:
        release = compile_release(jurisdiction, bundle)
    except ModelError as error:
        raise ModelError(in_order([*odd, *error.findings])) from error
    models = {key: procedure.model for key, procedure in release.procedures.items()}
    findings = in_order([*odd, *release.findings, *check_together(models, release.outside)])
    if any(one.severity == "error" for one in findings):
        raise ModelError(findings)
    return replace(release, findings=findings)


def in_quarantine(files: Mapping[str, bytes]) -> dict[str, tuple[Finding, ...]]:
    """Return what is wrong with the XML of files before it is read; each content is looked at once a process."""
    digests = {name: hashlib.sha256(content).digest() for name, content in files.items()}
    found = quarantine.inspect({name: files[name] for name, digest in digests.items() if digest not in _clean})
    _clean.update(digests[name] for name, findings in found.items() if not findings)
    return {name: found.get(name, ()) for name in files}
