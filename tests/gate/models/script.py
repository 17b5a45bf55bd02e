"""Code in scripts: none of it is read, whatever it says."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.gate.case import Case, alone
from tests.gate.draw import LINE, diagram, el, end, extend, flow, start

PAYLOADS = {
    "import": "import os; os.system('touch @CANARY@')",
    "dunder-walk": "().__class__.__mro__[1].__subclasses__()",
    "wrap-close": (
        "[c for c in ().__class__.__mro__[1].__subclasses__() if c.__name__=='_wrap_close'][0]"
        ".__init__.__globals__['system']('touch @CANARY@')"
    ),
    "frames": "(lambda: (yield))().gi_frame.f_back.f_builtins['open']('@CANARY@','w')",
    "format-leak": "'{0.__class__.__init__.__globals__}'.format(case)",
    "exec-in-lambda": "(lambda s: exec(s))(\"open('@CANARY@','w').write('x')\")",
    "async": "async def f():\n  await __import__('asyncio').open_connection('127.0.0.1', @PORT@)",
    "decorator": "@exec\n@input\nclass X: pass",
    "metaclass": "class M(type):\n  def __getitem__(s, k): __import__('os').system(k)\nclass X(metaclass=M): pass",
    "memory": "x = [0] * 10**11",
    "endless": "while True: pass",
    "fork": "import os\nwhile True: os.fork()",
    "threads": "import threading\n[threading.Thread(target=print).start() for _ in range(10**5)]",
    "write-file": "open('@CANARY@', 'w').write('x')",
    "network": "import socket; socket.create_connection(('127.0.0.1', @PORT@))",
    "database": "import sqlite3; sqlite3.connect('@CANARY@')",
    "ctypes": "import ctypes; ctypes.CDLL(None).system(b'touch @CANARY@')",
    "pickle": "import pickle; pickle.loads(b\"cposix\\nsystem\\n(S'touch @CANARY@'\\ntR.\")",
    "harmless": "x = 1",
}
OTHERS = {
    "javascript": ("text/javascript", "require('child_process').exec('touch @CANARY@')"),
    "groovy": ("groovy", "'touch @CANARY@'.execute()"),
    "feel": ("feel", "1 + 1"),
}
WAY = (start(), end(), flow("start", "visit", "end"))


def a_script(text: str, **given: str) -> tuple[str, ...]:
    return (*WAY, el("scriptTask", "visit", f"<bpmn:script>{escape(text)}</bpmn:script>", **given))


def _python(name: str, text: str) -> Case:
    return alone(f"script-{name}", "脚本任务", at="visit", rule="script-task", wrong=a_script(text), right=LINE)


def _other(name: str, language: str, text: str) -> Case:
    wrong = a_script(text, scriptFormat=language)
    return alone(f"script-{name}", "别的语言的脚本", at="visit", rule="script-task", wrong=wrong, right=LINE)


def around(tag: str, text: str = "open('@CANARY@','w')") -> tuple[str, ...]:
    """A user task with a script of the library's own around it."""
    held = (
        '<spiffworkflow:properties><spiffworkflow:property name="code" value="P90-visit"/></spiffworkflow:properties>'
    )
    script = f"<spiffworkflow:{tag}>{escape(text)}</spiffworkflow:{tag}>"
    return (*WAY, el("userTask", "visit", extend(held, script)))


CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
GROOVY = '<camunda:script scriptFormat="groovy">1</camunda:script>'
LISTENER = f'<camunda:taskListener event="create">{GROOVY}</camunda:taskListener>'
LINE_WITH = diagram(*LINE).replace(b"xmlns:spiff", CAMUNDA.encode() + b"xmlns:spiff", 1)


def camunda(*inside: str, tag: str = "userTask", **given: str) -> bytes:
    """A model with something of Camunda's at its task."""
    node = el(tag, "visit", *([extend(*inside)] if inside else []), **given)
    return diagram(*WAY, node).replace(b"xmlns:spiff", CAMUNDA.encode() + b"xmlns:spiff", 1)


CASES = (
    *(_python(name, text) for name, text in PAYLOADS.items()),
    *(_other(name, language, text) for name, (language, text) in OTHERS.items()),
    alone("pre-script", "任务之前的脚本", at="visit", rule="pre-post-script", wrong=around("preScript"), right=LINE),
    alone("post-script", "任务之后的脚本", at="visit", rule="pre-post-script", wrong=around("postScript"), right=LINE),
    alone(
        "unit-test",
        "脚本的单元测试",
        at="visit",
        rule="unknown-extension",
        wrong=around("unitTests"),
        right=LINE,
    ),
    alone(
        "task-listener",
        "任务监听器里的脚本",
        at="visit",
        rule="unknown-extension",
        wrong=camunda(LISTENER),
        right=LINE_WITH,
    ),
    alone(
        "execution-listener",
        "执行监听器里的表达式",
        at="visit",
        rule="unknown-extension",
        wrong=camunda("<camunda:executionListener event='start' expression='${x.exec()}'/>"),
        right=LINE_WITH,
    ),
    alone(
        "java-class",
        "服务任务运行Java类",
        at="visit",
        rule="service-task",
        wrong=camunda(tag="serviceTask", **{"camunda:class": "org.example.Run"}),
        right=LINE_WITH,
    ),
)
