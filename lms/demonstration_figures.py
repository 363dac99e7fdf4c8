"""What officers' pages show in the demonstration: sessions held and planned, obstacles, targets."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from organisation.models import Placement
from people.models import Person
from reports import indicators, obstacles, targets
from training import attendance, meetings, planning
from training.models import Programme

TEACHERS, TEAMS = "giao-vien", "to-cong-nghe-so"
PROVINCE, COMMUNE, VILLAGE = "Tỉnh Sông Thương", "Xã Đồi Vải", "Thôn Đồi Chè"
SCHOOL = "Trường TH&THCS Suối Hoa"
MORNING, AFTERNOON = (time(7, 30), time(10, 30)), (time(13, 30), time(16, 30))
EACH_ABSENT = 6  # of the teachers invited, every sixth goes home at noon


def load(*, at: datetime) -> None:
    """Let officers hold one session and plan another, meet obstacles, and set targets.

    Standings must have been worked out: whoever is done is not invited.
    """
    day = timezone.localdate(at)
    _hold_a_session(day - timedelta(days=21))
    _plan_a_session(day + timedelta(days=6), at=at)
    _meet_obstacles(at)
    _set_targets(at)


def _person(login: str) -> Person:
    return Person.objects.get(login=login)


def _unit(name: str, *, on: date) -> int:
    return Placement.objects.on(on).get(name=name).unit_id


def _part(day: date, hours: tuple[time, time]) -> tuple[datetime, datetime]:
    starts, ends = (timezone.make_aware(datetime.combine(day, hour)) for hour in hours)
    return starts, ends


def _hold_a_session(day: date) -> None:
    """Train the teachers of a school for a day, and close the sheet in the evening."""
    officer = _person("so.giao.duc")
    parts = [_part(day, MORNING), _part(day, AFTERNOON)]
    meeting = planning.plan(
        programme=Programme.objects.get(key=TEACHERS),
        unit=_unit(SCHOOL, on=day),
        title="Năm kỹ năng số trên điện thoại của chính mình",
        place="Phòng tin học, Trường TH&THCS Suối Hoa",
        skills=["dich-vu-cong", "mua-sam", "thanh-toan", "tu-bao-ve", "nen-tang-khac"],
        parts=parts,
        by=officer,
        at=parts[0][0] - timedelta(days=9),
    )
    invited = list(meeting.participants.order_by("pk").values_list("pk", flat=True))
    stayed = [one for place, one in enumerate(invited, start=1) if place % EACH_ABSENT]
    before_noon, after_noon = meeting.parts.order_by("starts_at").values_list("pk", flat=True)
    ticks = attendance.Ticks(
        present={before_noon: invited, after_noon: stayed},
        practised={skill.pk: stayed for skill in attendance.skills_of(meeting)},
    )
    evening = parts[-1][1] + timedelta(minutes=20)
    attendance.attend(meeting, ticks, by=officer, at=evening)
    meetings.close(meeting, by=officer, at=evening)


def _plan_a_session(day: date, *, at: datetime) -> None:
    planning.plan(
        programme=Programme.objects.get(key=TEAMS),
        unit=_unit(COMMUNE, on=timezone.localdate(at)),
        title="Nhận biết lừa đảo và thanh toán an toàn",
        place="Hội trường xã Đồi Vải",
        skills=["thanh-toan", "tu-bao-ve"],
        parts=[_part(day, MORNING)],
        by=_person("can.bo"),
        at=at,
    )


def _meet_obstacles(at: datetime) -> None:
    """One that has come up to the province, one that it has answered, one that waits for the commune."""
    leader, officer, province = map(_person, ("bac.tam", "can.bo", "can.bo.tinh"))
    village, commune = (_unit(name, on=timezone.localdate(at)) for name in (VILLAGE, COMMUNE))

    def ago(days: int) -> datetime:
        return at - timedelta(days=days)

    text = "Đầu thôn sóng 4G chập chờn, bà con không mở được cổng dịch vụ công."
    signal = obstacles.raise_one(village, text, by=leader, at=ago(12))
    text = "Thôn không tự lắp được trạm phát sóng."
    obstacles.escalate(signal, text=text, by=leader, at=ago(12))
    text = "Xã đã đề nghị nhà mạng, chưa có lịch khảo sát."
    obstacles.escalate(signal, text=text, by=officer, at=ago(8))

    text = "Mười hai thành viên chưa có điện thoại thông minh."
    phones = obstacles.raise_one(commune, text, by=officer, at=ago(30))
    text = "Ngân sách xã năm nay không còn khoản này."
    obstacles.escalate(phones, text=text, by=officer, at=ago(29))
    text = "Tỉnh đoàn vận động doanh nghiệp tặng máy, giao trong tháng tới."
    by_then = timezone.localdate(at) + timedelta(days=25)
    obstacles.answer(phones, text=text, solved_by=by_then, by=province, at=ago(20))

    text = "Nhiều cụ chưa có tài khoản định danh mức 2, đi làm phải thuê xe."
    elderly = obstacles.raise_one(village, text, by=leader, at=ago(3))
    text = "Nhờ xã mời công an về thôn làm lưu động."
    obstacles.escalate(elderly, text=text, by=leader, at=ago(3))


def _set_targets(at: datetime) -> None:
    today = timezone.localdate(at)
    officer, province = _person("can.bo"), _person("can.bo.tinh")
    teams = Programme.objects.get(key=TEAMS)
    teachers = Programme.objects.get(key=TEACHERS)
    whole, commune = (_unit(name, on=today) for name in (PROVINCE, COMMUNE))
    for programme, share in ((teachers, 100), (teams, 80)):
        targets.set_target(
            unit=whole, year=today.year, value=share, programme=programme, by=province, at=at
        )
    for indicator, number in ((indicators.LESSONS, 60), (indicators.CERTIFICATES, 40)):
        targets.set_target(
            unit=whole, year=today.year, value=number, indicator=indicator, by=province, at=at
        )
    targets.set_target(unit=commune, year=today.year, value=70, programme=teams, by=officer, at=at)
