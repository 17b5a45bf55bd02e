"""Who is in the demonstration and what its cases are. All people are invented; none bears an official's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.service.demo_stories import (
    ACCIDENT,
    ALONE,
    DROPOUT,
    MISSING,
    MISTAKEN,
    PAIRED,
    REFUSED,
    REVOKED,
    UNREACHED,
    VIOLENCE,
    Story,
)

PASSWORD = "yanshi-2018"  # noqa: S105 - for the demonstration alone, and printed by it

#: Where the children live; villages that the directories add for this.
HOMES = {
    "fh": ("fh.溪口镇.上坪村", "fh.尚田镇.松坑村", "fh.锦屏街道.桃园社区"),
    "yz": ("yz.塘溪镇.石桥村", "yz.横溪镇.金溪村", "yz.潘火街道.紫薇社区"),
    "jl": ("jl.永吉县.口前镇.北沟村", "jl.蛟河市.白石山镇.桦树村", "jl.昌邑区.左家镇.果园村"),
    "qz": ("qz.灵山县.陆屋镇.荔园村", "qz.浦北县.张黄镇.龙眼村", "qz.钦北区.小董镇.榕荫社区"),
    "dl": ("dl.jinzhou.登沙河街道.海棠湾村", "dl.kaifaqu.湾里街道.碧海社区", "dl.baoshui.亮甲店街道.苹果村"),
}

#: Roles whose first account is told at the start; all of ROLES get accounts.
SHOWN = ("school", "village_committee", "police", "township", "civil_affairs", "procuratorate", "court")
ROLES = (
    *SHOWN,
    "kindergarten",
    "medical_institution",
    "welfare_supervisor",
    "police_station",
    "education",
    "womens_federation",
    "youth_league",
    "social_work_org",
    "rescue_station",
    "welfare_institution",
    "minor_protection_org",
    "temporary_shelter",
    "child_welfare_institution",
    "disabled_federation",
    "trade_union",
    "care_committee",
    "justice",
    "political_legal",
    "social_affairs",
    "wcwc",
    "superior",
    "office",
    "county_gov",
    "enforcement_authority",
)
#: Roles whose first unit has a head too, who is told of what is overdue.
HEADED = frozenset({"police", "township", "civil_affairs"})
OFFICIALS = (
    ("admin", "演示管理员", ("administrator",)),
    ("policy", "演示政策专员", ("policy_officer",)),
    ("auditor", "演示审计员", ("auditor",)),
)

_SURNAMES = "安白丛戴方葛洪简康蓝梅宁欧潘齐任桑谭温向颜袁卓祝"
_TITLES = {
    "police": "警官",
    "police_station": "警官",
    "school": "老师",
    "kindergarten": "老师",
    "medical_institution": "医生",
    "court": "法官",
    "procuratorate": "检察官",
    "village_committee": "委员",
    "welfare_supervisor": "督导员",
    "social_work_org": "社工",
    "rescue_station": "值班员",
    "welfare_institution": "值班员",
    "child_welfare_institution": "值班员",
    "minor_protection_org": "值班员",
    "temporary_shelter": "值班员",
    "head": "负责人",
}


def name_of(role: str, login: str) -> str:
    """Return an invented name: a surname that follows from the login, and the work."""
    place = sum(ord(letter) * weight for weight, letter in enumerate(login, 1))
    return f"{_SURNAMES[place % len(_SURNAMES)]}{_TITLES.get(role, '干事')}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Child:
    """An invented child; one without a name is not identified yet."""

    name: str
    sex: str
    age: int

    def file(self, home: str, begins: datetime) -> dict[str, Any]:
        """Return what is known of the child when the case begins."""
        if self.sex == "不详":
            return {"sex": "不详", "residence": home}
        born = begins.date().replace(year=begins.year - self.age, month=5, day=1 + self.age)
        return {
            "child_name": self.name,
            "sex": self.sex,
            "birth_date": born.isoformat(),
            "has_hukou": True,
            "hukou_area": home,
            "residence": home,
            "rural": True,
            "disability": "无",
            "parent_status": "both_away",
        }


_GIVEN = "禾满穗苗豆竹桐杏梨枫荷葵松柏棉稻麦芦蒿菱茵蕊萍莲芸榆槐桂桃柚橙果谷粟芽藤苇莓笋蔓葱芹茶茉薇菊莱荠椒姜蒜"
CHILDREN = tuple(
    Child(
        name="不详" if number == 42 else f"{_SURNAMES[(number * 7) % len(_SURNAMES)]}小{given}",  # noqa: PLR2004 - one child
        sex="不详" if number == 42 else "女" if number % 2 else "男",  # noqa: PLR2004 - is not identified
        age=5 + (number * 5) % 10,
    )
    for number, given in enumerate(_GIVEN)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A story, how long ago it began, and after how many of its beats it came to a halt."""

    story: Story
    age: timedelta
    beats: int | None = None


def _ago(story: Story, beats: int | None = None, **age: float) -> Told:
    return Told(story=story, age=timedelta(**age), beats=beats)


CASES = {
    "fh": (
        _ago(ALONE, 3, minutes=25),
        _ago(ALONE, hours=27),
        _ago(REFUSED, days=45),
        _ago(UNREACHED, 18, days=12),
        _ago(REVOKED, days=197),
        _ago(VIOLENCE, days=6),
        _ago(MISTAKEN, days=9),
        _ago(MISSING, hours=5),
        _ago(ACCIDENT, 9, days=3),
        _ago(DROPOUT, 5, days=5),
        _ago(PAIRED, days=45),
    ),
    "yz": (
        _ago(ACCIDENT, hours=26),
        _ago(ALONE, 4, hours=2),
        _ago(VIOLENCE, days=8),
        _ago(UNREACHED, hours=60),
        _ago(REFUSED, days=20),
        _ago(MISTAKEN, 4, hours=3),
        _ago(ALONE, days=50),
        _ago(MISSING, days=2),
        _ago(DROPOUT, 8, days=9),
        _ago(PAIRED, days=12),
    ),
    "jl": (
        _ago(ALONE, hours=4),
        _ago(ACCIDENT, days=6),
        _ago(UNREACHED, days=10),
        _ago(REFUSED, days=70),
        _ago(VIOLENCE, 12, days=4),
        _ago(MISTAKEN, days=5),
        _ago(ALONE, 3, minutes=40),
    ),
    "qz": (
        _ago(MISTAKEN, 3, minutes=30),
        _ago(ALONE, days=3),
        _ago(VIOLENCE, days=15),
        _ago(UNREACHED, days=5),
        _ago(REFUSED, days=33),
        _ago(ACCIDENT, 4, hours=6),
        _ago(MISSING, hours=26),
        _ago(ALONE, days=40),
        _ago(DROPOUT, days=20),
    ),
    "dl": (
        _ago(REVOKED, days=240),
        _ago(ALONE, hours=23),
        _ago(UNREACHED, days=9),
        _ago(ALONE, 5, hours=8),
        _ago(VIOLENCE, hours=30),
        _ago(ACCIDENT, days=10),
        _ago(MISTAKEN, days=2),
        _ago(MISSING, hours=3),
        _ago(REFUSED, days=12),
        _ago(DROPOUT, days=48),
        _ago(PAIRED, days=30),
    ),
}
