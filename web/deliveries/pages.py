"""对外推送 for the administrator, 邮件通知 for everybody, and the address that a mail's link leads to."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.core.errors import Invalid, ShouhuError
from web.errors import on_refusal
from web.services import Services

DUTY = "administrator"


def make_blueprint(services: Services) -> Blueprint:
    """Build /deliveries, /account/mail and /notices/<id>."""
    bp = Blueprint("deliveries", __name__, template_folder="templates")
    pages = DeliveryPages(services)
    bp.add_url_rule("/deliveries", "index", pages.index)
    bp.add_url_rule("/deliveries/hooks", "set_hook", pages.set_hook, methods=["POST"])
    bp.add_url_rule("/deliveries/hooks/<int:unit_id>/drop", "drop_hook", pages.drop_hook, methods=["POST"])
    bp.add_url_rule("/deliveries/<int:delivery_id>/resend", "resend", pages.resend, methods=["POST"])
    bp.add_url_rule("/account/mail", "mail", pages.mail)
    bp.add_url_rule("/account/mail", "propose", pages.propose, methods=["POST"])
    bp.add_url_rule("/account/mail/code", "prove", pages.prove, methods=["POST"])
    bp.add_url_rule("/account/mail/forget", "forget", pages.forget, methods=["POST"])
    bp.add_url_rule("/notices/<int:notice_id>", "notice", pages.notice)
    return bp


class DeliveryPages:
    """What leaves the system, and where to."""

    def __init__(self, services: Services) -> None:
        self._outbox = services.outbox
        self._mailboxes = services.mailboxes
        self._notices = services.notices

    def index(self) -> ResponseReturnValue:
        return self._index()

    def set_hook(self) -> ResponseReturnValue:
        on_refusal(lambda error: self._index(problems=_problems(error)))
        secret = self._outbox.set_hook(g.acting, request.form.get("unit", ""), request.form.get("url", ""))
        return self._index(secret=secret)

    def drop_hook(self, unit_id: int) -> ResponseReturnValue:
        self._outbox.drop_hook(g.acting, unit_id)
        flash("已停止向这个地址推送。", "good")
        return redirect(url_for("deliveries.index"))

    def resend(self, delivery_id: int) -> ResponseReturnValue:
        self._outbox.resend(g.acting, delivery_id)
        flash("已重新排队，几秒钟后再试。", "good")
        return redirect(url_for("deliveries.index"))

    def mail(self) -> ResponseReturnValue:
        return self._mail()

    def propose(self) -> ResponseReturnValue:
        on_refusal(lambda error: self._mail(problems=_problems(error)))
        self._mailboxes.propose(g.acting, request.form.get("address", ""))
        flash("验证码已发出，请查收邮件，把验证码填在下面。", "good")
        return redirect(url_for("deliveries.mail"))

    def prove(self) -> ResponseReturnValue:
        on_refusal(lambda error: self._mail(problems=_problems(error)))
        self._mailboxes.prove(g.acting, request.form.get("code", ""))
        flash("邮箱已确认，今后的通知同时发到这个邮箱。", "good")
        return redirect(url_for("deliveries.mail"))

    def forget(self) -> ResponseReturnValue:
        self._mailboxes.forget(g.acting)
        flash("已停止向邮箱发送通知。", "good")
        return redirect(url_for("deliveries.mail"))

    def notice(self, notice_id: int) -> ResponseReturnValue:
        """Note that it was opened, and go to the case; the link is in mails, so it says nothing else."""
        row = self._notices.opened(g.acting, notice_id)
        return redirect(url_for("cases.show", case_id=row.case_id))

    def _index(self, *, problems: dict[str, str] | None = None, secret: str = "") -> str:
        view = self._outbox.view(g.acting)
        typed = {name: request.form.get(name, "") if problems else "" for name in ("unit", "url")}
        return render_template("deliveries/index.html", view=view, problems=problems or {}, secret=secret, typed=typed)

    def _mail(self, *, problems: dict[str, str] | None = None) -> str:
        address, proved = self._mailboxes.mine(g.acting)
        return render_template(
            "deliveries/mail.html",
            offered=self._mailboxes.offered,
            address=address,
            proved=proved,
            problems=problems or {},
            typed=request.form.get("address", address),
        )


def _problems(error: ShouhuError) -> dict[str, str]:
    return dict(error.problems) if isinstance(error, Invalid) else {"": error.sentence}
