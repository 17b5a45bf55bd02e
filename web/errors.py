"""Error → page, in one place: 404, 409, 422 and the rest, always with what was typed."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine.core.errors import Invalid, NotFound, Refused, ShouhuError
from web.gate import FORMS, keep, kept

logger = logging.getLogger(__name__)
Again = Callable[[ShouhuError], str]
Answer = Callable[[ShouhuError, int], ResponseReturnValue]

#: Pages that tell "no such thing" themselves; elsewhere missing and forbidden look alike.
SAY_MISSING = frozenset({"public.look_up"})
TOO_MANY = 429
TITLES = {
    400: ("请求有误", "请返回上一页重试。"),
    403: ("不能办理", "此项操作不对您开放。"),
    404: ("没有找到", "没有这一页，或者不在您的查阅范围内。"),
    405: ("不能这样打开", "请从待办或者个案页面进入。"),
    413: ("文件过大", "一次提交的内容太多，请分几次提交。"),
    429: ("操作过于频繁", "请稍候几分钟再试。情况紧急请拨打 110。"),
    503: ("暂时不能办理", "系统正在恢复，请稍后再试。情况紧急请拨打 110。"),
    500: ("系统出错", "已记录，请稍后再试。情况紧急请拨打 110。"),
}


def on_answer(answer: Answer) -> None:
    """Say how a script of ours is answered when the verb refuses: in words, without a page."""
    g.answer = answer


def on_refusal(again: Again) -> None:
    """Say how this request's page is shown again, filled, when the verb refuses."""
    g.again = again


def add_errors(app: Flask) -> None:
    """Map every error to its page."""
    app.register_error_handler(NotFound, _missing)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Invalid, _invalid)
    app.register_error_handler(CSRFError, _stale_page)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def _page(status: int, sentence: str = "") -> ResponseReturnValue:
    title, advice = TITLES.get(status, TITLES[400])
    return render_template("error.html", title=title, sentence=sentence or advice), status


def _again(error: ShouhuError, status: int, title: str) -> ResponseReturnValue:
    """Show the page of the request again, filled; without one, a page with the sentence."""
    answer: Answer | None = g.pop("answer", None)
    if answer is not None:
        return answer(error, status)
    again: Again | None = g.pop("again", None)
    if again is not None:
        return again(error), status
    return render_template("error.html", title=title, sentence=error.sentence), status


def _missing(error: NotFound) -> ResponseReturnValue:
    return _again(error, 404, "") if request.endpoint in SAY_MISSING or "answer" in g else _page(404)


def _refused(error: Refused) -> ResponseReturnValue:
    return _again(error, 409, "没有办理")


def _invalid(error: Invalid) -> ResponseReturnValue:
    return _again(error, 422, "内容有误")


def _stale_page(_error: CSRFError) -> ResponseReturnValue:
    """Give back what was typed on a page whose session is over; nothing was done."""
    if request.endpoint == "identity.check":
        return render_template(
            "identity/sign_in.html",
            problem="页面停留过久，请再登录一次。",
            next=request.form.get("next", ""),
            kept=request.form.get("kept", ""),
        ), 400
    if request.endpoint not in FORMS:
        return _page(400, "页面停留过久，没有办理。请返回后再试一次。")
    return render_template("kept.html", target=request.path, fields=kept(keep(request.form))), 400


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code == TOO_MANY and request.endpoint in FORMS:
        fields = kept(keep(request.form))
        return render_template("kept.html", target=request.path, fields=fields, slow=True), TOO_MANY
    return _page(error.code or 500)


def _broken(error: Exception) -> ResponseReturnValue:
    """Answer a failure without asking the database; what was typed stays on the page."""
    g.offline = True
    known = isinstance(error, ShouhuError)
    status = 503 if known else 500
    if not known:
        logger.error("A page failed: %s", request.endpoint, exc_info=error)
    if request.method == "POST" and request.endpoint in FORMS:
        return render_template("kept.html", target=request.path, fields=kept(keep(request.form)), failed=True), status
    return _page(status, error.sentence if isinstance(error, ShouhuError) else "")
