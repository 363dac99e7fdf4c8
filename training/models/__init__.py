from training.models.evidence import Exemption, OutsideCertificate
from training.models.meetings import (
    Meeting,
    MeetingPart,
    Participant,
    Practice,
    Presence,
    SheetCorrection,
)
from training.models.programmes import Programme, ProgrammeVersion
from training.models.reconciliation import Reconciliation
from training.models.spells import OPEN_END, Refreshed, Spell, Touched

__all__ = [
    "OPEN_END",
    "Exemption",
    "Meeting",
    "MeetingPart",
    "OutsideCertificate",
    "Participant",
    "Practice",
    "Presence",
    "Programme",
    "ProgrammeVersion",
    "Reconciliation",
    "Refreshed",
    "SheetCorrection",
    "Spell",
    "Touched",
]
