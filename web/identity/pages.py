"""Sign in by form, sign out, change the password. Checks nothing itself: `services.people` does."""

from __future__ import annotations

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter

from engine.core.errors import Invalid, ShouhuError
from web.errors import on_refusal
from web.gate import kept, local_path
from web.services import Services

WRONG_GUESS = 401
YEAR = 365 * 24 * 3600
WRONG = "账号或者密码不对。连续输错会暂停登录，请核对后再试。"


def make_blueprint(services: Services, limiter: Limiter, sign_in_limit: str) -> Blueprint:
    """Build the pages of who one is."""
    pages = IdentityPages(services)
    bp = Blueprint("identity", __name__, template_folder="templates")
    # Only wrong guesses count: an office behind one address signs in as often as it needs to.
    check = limiter.limit(sign_in_limit, deduct_when=lambda response: response.status_code == WRONG_GUESS)(pages.check)
    bp.add_url_rule("/sign-in", "sign_in", pages.sign_in)
    bp.add_url_rule("/sign-in", "check", check, methods=["POST"])
    bp.add_url_rule("/sign-out", "sign_out", pages.sign_out, methods=["POST"])
    bp.add_url_rule("/account", "account", pages.account)
    bp.add_url_rule("/account", "change_password", pages.change_password, methods=["POST"])
    bp.add_url_rule("/text-size", "text_size", pages.text_size)
    return bp


class IdentityPages:
    """Who one is."""

    def __init__(self, services: Services) -> None:
        self._people = services.people
        self._clock = services.clock

    def sign_in(self) -> ResponseReturnValue:
        if g.acting is not None:
            return redirect(url_for("inbox.show"))
        return render_template(
            "identity/sign_in.html", next=request.args.get("next", ""), expired="expired" in request.args
        )

    def check(self) -> ResponseReturnValue:
        login, target, text = (request.form.get(name, "").strip() for name in ("login", "next", "kept"))
        signed_in = self._people.sign_in(login, request.form.get("password", ""), self._clock())
        if signed_in is None:
            page = render_template("identity/sign_in.html", login=login, problem=WRONG, next=target, kept=text)
            return page, WRONG_GUESS
        session.clear()
        session.permanent = True
        session["person"] = signed_in.acting.person_id
        session["epoch"] = signed_in.epoch
        fields = kept(text)
        if fields:
            g.acting = signed_in.acting
            return render_template("kept.html", target=local_path(target), fields=fields)
        return redirect(local_path(target))

    def sign_out(self) -> ResponseReturnValue:
        self._people.sign_out(g.acting)
        session.clear()
        return redirect(url_for("identity.sign_in"))

    def account(self) -> ResponseReturnValue:
        return render_template("identity/account.html", problems={})

    def change_password(self) -> ResponseReturnValue:
        on_refusal(_account_again)
        if request.form.get("new") != request.form.get("again"):
            raise Invalid({"again": "两次输入的新密码不一样"})
        session["epoch"] = self._people.change_password(
            g.acting, request.form.get("old", ""), request.form.get("new", "")
        )
        flash("密码已修改，其他设备上的登录已失效。", "good")
        return redirect(url_for("inbox.show"))

    def text_size(self) -> ResponseReturnValue:
        response = make_response(redirect(local_path(request.args.get("next"))))
        response.set_cookie("big", "1" if "big" in request.args else "0", max_age=YEAR, samesite="Lax", httponly=True)
        return response


def _account_again(error: ShouhuError) -> str:
    problems = error.problems if isinstance(error, Invalid) else {"": error.sentence}
    return render_template("identity/account.html", problems=problems)
