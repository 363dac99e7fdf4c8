from people.models.audit import AuditEntry
from people.models.identities import Identity
from people.models.login_codes import LoginCode
from people.models.person import LOGIN_LENGTH, SORT_KEY_LENGTH, Person, PersonManager
from people.models.posts import CARRIED_ON, Post, PostQuerySet
from people.models.requests import DataRequest
from people.models.teams import Reorganisation, Team, TeamDocument

__all__ = [
    "CARRIED_ON",
    "LOGIN_LENGTH",
    "SORT_KEY_LENGTH",
    "AuditEntry",
    "DataRequest",
    "Identity",
    "LoginCode",
    "Person",
    "PersonManager",
    "Post",
    "PostQuerySet",
    "Reorganisation",
    "Team",
    "TeamDocument",
]
