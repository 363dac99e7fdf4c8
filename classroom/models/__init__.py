from classroom.models.classes import MOST_PUPILS, Pupil, SchoolClass
from classroom.models.deliveries import Delivery
from classroom.models.doubts import Doubt
from classroom.models.packs import LessonPack
from classroom.models.sessions import Response, Session, SessionItem

__all__ = [
    "MOST_PUPILS",
    "Delivery",
    "Doubt",
    "LessonPack",
    "Pupil",
    "Response",
    "SchoolClass",
    "Session",
    "SessionItem",
]
