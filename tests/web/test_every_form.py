"""Every form that ships can be shown, sent empty and sent with nonsense, and nothing breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.release import compile_release
from engine.service import modelfiles
from engine.service.forms import form_of
from tests.web.conftest import Staff
from tests.web.fakes import FakeServices

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("jurisdiction", modelfiles.jurisdictions(ROOT))
def test_every_form_can_be_shown_and_refuses_an_empty_answer(
    staff: Staff, services: FakeServices, jurisdiction: str
) -> None:
    release = compile_release(jurisdiction, modelfiles.load_bundle(ROOT, jurisdiction))
    services.inbox.context = {**release.parameters, "case": {}}
    token = staff.hidden("/items/41")

    for code, schema in release.forms.items():
        form = services.inbox.form = form_of(code, schema, release.names)
        shown = staff.get("/items/41")
        page = shown.get_data(as_text=True)
        assert shown.status_code == 200, code
        assert page.count("data-f=") == len(form.fields), code

        empty = staff.client.post("/items/41", data={**token, "do": "complete", "once": ""})
        needed = form.required({}, services.inbox.context)
        assert empty.status_code == (422 if needed else 302), code
        for key in needed:
            assert f'href="#f-{key}"' in empty.get_data(as_text=True), (code, key)

        nonsense = {f"f.{field.key}": "乱填" for field in form.fields if field.kind not in {"file", "table"}}
        answer = staff.client.post("/items/41", data={**token, **nonsense, "do": "complete", "once": ""})
        assert answer.status_code in {302, 422}, code
