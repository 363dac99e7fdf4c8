"""The roles that people serve in, and what each one may do."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is at a unit. Whoever registers may only say one of `SELF_DECLARED`."""

    TEAM_LEADER = "team_leader", _("Team leader")
    TEAM_DEPUTY = "team_deputy", _("Team deputy leader")
    TEAM_MEMBER = "team_member", _("Team member")
    TEACHER = "teacher", _("Teacher")
    PUPIL_LOWER = "pupil_lower", _("Lower secondary pupil")
    PUPIL_UPPER = "pupil_upper", _("Upper secondary pupil")
    OFFICER = "officer", _("Officer")
    AUTHOR = "author", _("Author")
    APPROVER = "approver", _("Approver")


SELF_DECLARED = (Role.TEAM_MEMBER, Role.TEACHER, Role.PUPIL_LOWER, Role.PUPIL_UPPER)

# Wagtail groups decide only who edits pages: the group of each role that does.
EDITING_GROUPS = {Role.AUTHOR: "Tác giả", Role.APPROVER: "Người duyệt"}
