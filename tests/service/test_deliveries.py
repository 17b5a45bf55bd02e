"""Notices leave by mail and webhook with numbers alone, at least once, and what fails is tried again."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from engine.adapters import hooks
from engine.adapters.mail import Mailer, Undelivered
from engine.core.errors import Invalid, NotFound, Refused
from engine.core.model import Acting, system
from engine.service.courier import PAUSES, Courier
from engine.service.mailboxes import Mailboxes
from engine.service.notices import Notices
from engine.service.outbox import Outbox
from engine.service.passwords import NOBODY
from engine.service.unit import Database
from engine.store import tables as t
from tests.conftest import Clock
from tests.service.mini import Town, a_town
from tests.support.outside import Office, hook_server, mail_server

SCHOOL, POLICE = "xx.school.东镇", "xx.police"
ADDRESS = "officer@office.example"
BASE = "https://shouhu.example"
FAMILY = ("小试", "独自在家", "东镇", "officer某")


@dataclass
class Post:
    """A town with its doors to the outside."""

    town: Town
    courier: Courier
    mailboxes: Mailboxes
    outbox: Outbox
    notices: Notices
    mail: Office
    hook: Office
    clock: Clock
    db: Database

    def out(self) -> None:
        """Let the worker work once."""
        self.courier.spread()
        self.courier.send()

    def subscribe(self, person: Acting, address: str = ADDRESS) -> None:
        self.mailboxes.propose(person, address)
        self.mailboxes.prove(person, code_in(self.mail))
        self.mail.mails.clear()

    def administrator(self) -> Acting:
        self.town.people.add("admin", "管理员", duties=["administrator"], must_change=False, password_hash=NOBODY)
        return self.town.people.acting_by_login("admin")

    def states(self) -> list[str]:
        with self.db.unit(system("clock")) as unit:
            return list(unit.connection.scalars(select(t.delivery.c.state).order_by(t.delivery.c.id)))


def code_in(office: Office) -> str:
    text = office.mails[-1].get_content()
    return str(next(word for word in text.replace("，", " ").split() if word.isdigit() and len(word) == 6))


@pytest.fixture
def post(db: Database, clock: Clock) -> Iterator[Post]:
    with mail_server() as mail, hook_server() as hook:
        mailer = Mailer(host="127.0.0.1", port=mail.port, sender="守护 <shouhu@office.example>", security="none")
        yield Post(
            town=a_town(db),
            courier=Courier(db, mailer=mailer, base_url=BASE, private=True),
            mailboxes=Mailboxes(db, mailer),
            outbox=Outbox(db, private=True),
            notices=Notices(db),
            mail=mail,
            hook=hook,
            clock=clock,
            db=db,
        )


@pytest.fixture
def officer(post: Post) -> Acting:
    return post.town.person("officer", POLICE)


def an_overdue_item(post: Post) -> None:
    """A report that nobody accepts: reminded at 80 %, overdue at 100 %."""
    teacher = post.town.person("teacher", SCHOOL)
    post.town.casework.start(teacher, SCHOOL, "P01", child={"child_name": "小试", "residence": "xx.东镇"})
    item = post.town.item(teacher, "P01-T2")
    post.town.casework.complete(teacher, item.id, {"narrative": "独自在家"}, item.version)
    post.clock.shift(timedelta(minutes=50))
    post.town.casework.fire_due()


def test_a_notice_reaches_by_mail_who_has_proved_an_address(post: Post, officer: Acting) -> None:
    post.subscribe(officer)
    an_overdue_item(post)

    post.out()

    (mail,) = post.mail.mails
    assert mail["To"] == ADDRESS
    assert "XX-2018-0001" in mail["Subject"]
    text = mail.get_content()
    assert "P01-T3" in text
    assert f"{BASE}/notices/" in text
    assert not any(word in text + mail["Subject"] for word in FAMILY)


def test_nobody_gets_mail_who_did_not_ask_or_prove(post: Post, officer: Acting) -> None:
    post.mailboxes.propose(officer, ADDRESS)
    post.mail.mails.clear()
    an_overdue_item(post)

    post.out()

    assert post.mail.mails == []


def test_an_address_is_proved_by_its_code_in_time_and_in_few_tries(post: Post, officer: Acting) -> None:
    post.mailboxes.propose(officer, ADDRESS)
    code = code_in(post.mail)
    wrong = "000000" if code != "000000" else "111111"

    with pytest.raises(Refused, match="刚刚发出"):
        post.mailboxes.propose(officer, ADDRESS)
    for _ in range(5):
        with pytest.raises(Invalid, match="不对"):
            post.mailboxes.prove(officer, wrong)
    with pytest.raises(Invalid, match="失效"):
        post.mailboxes.prove(officer, code)
    post.clock.shift(timedelta(minutes=2))
    post.mailboxes.propose(officer, ADDRESS)
    post.clock.shift(timedelta(minutes=16))
    with pytest.raises(Invalid, match="失效"):
        post.mailboxes.prove(officer, code_in(post.mail))
    assert post.mailboxes.mine(officer) == (ADDRESS, False)


@pytest.mark.parametrize(
    "address", ["", "a", "a@b", "a b@c.cn", "a@b.cn\nBcc: x@y.cn", "<a@b.cn>", "a@b.cn,c@d.cn", "张@b.cn"]
)
def test_what_is_no_address_is_refused(post: Post, officer: Acting, address: str) -> None:
    with pytest.raises(Invalid, match="邮箱"):
        post.mailboxes.propose(officer, address)

    assert post.mail.mails == []


def test_an_address_lies_sealed_and_is_forgotten_on_demand(post: Post, officer: Acting) -> None:
    post.subscribe(officer)
    with post.db.unit(system("clock")) as unit:
        assert ADDRESS.encode() not in unit.connection.execute(select(t.mail_address.c.sealed)).scalar_one()

    post.mailboxes.forget(officer)
    an_overdue_item(post)
    post.out()

    assert post.mailboxes.mine(officer) == ("", False)
    assert post.mail.mails == []


def test_a_webhook_carries_numbers_and_proves_who_sent_it(post: Post, officer: Acting) -> None:
    secret = post.outbox.set_hook(post.administrator(), POLICE, f"http://127.0.0.1:{post.hook.port}/in?a=1")
    an_overdue_item(post)

    post.out()

    ((path, headers, body),) = post.hook.posts
    told = json.loads(body)
    stamp, proof = (part.partition("=")[2] for part in headers[hooks.SIGNATURE].split(","))
    assert path == "/in?a=1"
    assert proof == hmac.digest(secret.encode(), f"{stamp}.".encode() + body, sha256).hex()
    assert datetime.fromtimestamp(int(stamp), UTC) == post.clock().replace(microsecond=0)
    assert headers[hooks.KEY] == told["id"]
    assert (told["case"], told["kind"], told["about"]) == ("XX-2018-0001", "reminder", "P01-T3")
    assert set(told) == {"id", "kind", "notice", "case", "item", "about", "at", "link"}
    assert not any(word in body.decode() for word in FAMILY)


def test_the_secret_of_a_webhook_lies_sealed(post: Post) -> None:
    secret = post.outbox.set_hook(post.administrator(), POLICE, f"http://127.0.0.1:{post.hook.port}/in")

    with post.db.unit(system("clock")) as unit:
        assert secret.encode() not in unit.connection.execute(select(t.webhook.c.sealed)).scalar_one()


def test_a_notice_is_sent_once_however_often_the_worker_looks(post: Post, officer: Acting) -> None:
    post.subscribe(officer)
    an_overdue_item(post)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: post.out(), range(6)))

    assert len(post.mail.mails) == 1


def test_what_fails_is_sent_again_with_the_same_key(post: Post, officer: Acting) -> None:
    post.outbox.set_hook(post.administrator(), POLICE, f"http://127.0.0.1:{post.hook.port}/in")
    an_overdue_item(post)
    post.hook.refuses = True
    post.out()
    post.out()  # too early: nothing is tried
    assert len(post.hook.posts) == 1
    post.hook.refuses = False
    post.clock.shift(PAUSES[0])

    post.out()

    assert len({headers[hooks.KEY] for _, headers, _ in post.hook.posts}) == 1
    assert len(post.hook.posts) == 2
    assert post.states() == ["sent"]


def test_what_is_hopeless_waits_for_the_administrator(post: Post, officer: Acting) -> None:
    admin = post.administrator()
    post.subscribe(officer)
    an_overdue_item(post)
    post.mail.refuses = True
    for pause in (*PAUSES, timedelta(0)):
        post.out()
        post.clock.shift(pause)
    (dead,) = post.outbox.view(admin).dead
    assert dead.person_name == "officer某"
    assert not any(word in (dead.error or "") for word in (*FAMILY, ADDRESS))
    post.mail.refuses = False
    post.out()
    assert post.mail.mails == []

    post.outbox.resend(admin, dead.id)
    post.out()

    assert len(post.mail.mails) == 1
    assert post.outbox.view(admin).dead == []


def test_the_outbox_is_the_administrators_alone(post: Post, officer: Acting) -> None:
    for verb in (
        lambda: post.outbox.view(officer),
        lambda: post.outbox.set_hook(officer, POLICE, "https://office.example/in"),
        lambda: post.outbox.drop_hook(officer, 1),
        lambda: post.outbox.resend(officer, 1),
    ):
        with pytest.raises(NotFound):
            verb()


def test_a_redirect_is_not_followed(post: Post, officer: Acting) -> None:
    post.outbox.set_hook(post.administrator(), POLICE, f"http://127.0.0.1:{post.hook.port}/in")
    post.hook.moved_to = f"http://127.0.0.1:{post.hook.port}/elsewhere"
    an_overdue_item(post)

    post.out()

    assert [path for path, _, _ in post.hook.posts] == ["/in"]
    assert post.states() == ["waiting"]


@pytest.mark.parametrize(
    "url",
    [
        *("http://office.example/in", "ftp://office.example/in", "https:///in", "office.example/in", "https://a b.cn/"),
        *("https://127.0.0.1/in", "https://10.0.0.8/in", "https://169.254.169.254/latest", "https://[::1]/in"),
        *("https://localhost/in", "https://intranet/in", "https://u:p@office.example/in", "https://0.0.0.0/"),
        *("https://[::ffff:10.0.0.1]/in", "https://192.168.1.1:443/", "https://office.example:99999/", "javascript:1"),
    ],
)
def test_a_webhook_goes_to_no_place_inside(post: Post, url: str) -> None:
    strict = Outbox(post.db, private=False)

    with pytest.raises(Invalid) as refused:
        strict.set_hook(post.administrator(), POLICE, url)

    assert "url" in refused.value.problems


def test_a_name_that_leads_inside_is_refused_when_it_is_looked_up(post: Post) -> None:
    """The name passes, since names are not looked up when they are set; its address does not."""
    url = f"https://localhost.localdomain:{post.hook.port}/in"
    with pytest.raises(Undelivered):
        hooks.post(url, b"{}", secret=b"s", key="k", at=0, private=False)

    assert post.hook.posts == []


def test_the_heads_of_a_unit_get_its_numbers_once_a_day_from_eight(post: Post) -> None:
    """At noon in Shanghai the day's numbers are counted, whenever and however often the worker is started."""
    post.town.people.add("head", "某局长", heads=[POLICE], must_change=False, password_hash=NOBODY)
    head = post.town.people.acting_by_login("head")
    post.subscribe(head)
    an_overdue_item(post)
    post.clock.shift(timedelta(hours=2))
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: post.courier.count_mornings(), range(4)))
    post.courier.send()

    digest = [one for one in post.mail.mails if "摘要" in one["Subject"]]
    assert sum(made) == 1
    assert len(digest) == 1
    assert "在办 1 件，临期 0 件，超期 1 件，被催办 0 件" in digest[0].get_content()
    assert [one.open for one in post.notices.mornings(head)] == [1]

    post.clock.now = datetime(2018, 3, 12, 23, 59, tzinfo=UTC)  # 7:59 of the next day in Shanghai
    assert post.courier.count_mornings() == 0
    post.clock.shift(timedelta(minutes=1))
    assert post.courier.count_mornings() == 1


def test_who_opened_a_notice_and_when_is_kept_and_the_first_time_counts(post: Post, officer: Acting) -> None:
    an_overdue_item(post)
    told = post.town.inbox.notices(officer)[0]
    post.notices.opened(officer, told.id)
    first = post.clock()
    post.clock.shift(timedelta(hours=1))
    post.notices.opened(officer, told.id)

    assert post.notices.readings(officer, told.case_id)[told.id] == [("officer某", first)]
    assert post.town.inbox.notices(officer)[0].read_at == first


def test_a_notice_to_another_unit_is_not_opened(post: Post, officer: Acting) -> None:
    an_overdue_item(post)
    told = post.town.inbox.notices(officer)[0]
    teacher = post.town.people.acting_by_login("teacher")

    with pytest.raises(NotFound):
        post.notices.opened(teacher, told.id)


def test_the_database_keeps_addresses_and_secrets_to_whom_they_concern(post: Post, officer: Acting) -> None:
    post.subscribe(officer)
    post.outbox.set_hook(post.administrator(), POLICE, f"http://127.0.0.1:{post.hook.port}/in")
    other = post.town.person("other", POLICE)
    tables = (t.mail_address, t.webhook, t.delivery)
    seen = {}
    for acting in (officer, other, system("engine"), system("admin"), system("public")):
        with post.db.unit(acting) as unit:
            counted = [unit.connection.scalar(select(func.count()).select_from(one)) for one in tables]
            seen[acting.name] = counted

    assert seen == {
        "officer某": [1, 0, 0],
        "other某": [0, 0, 0],
        "engine": [0, 0, 0],
        "admin": [0, 1, 0],
        "public": [0, 0, 0],
    }
