"""Every way in which the database knows a person, and what somebody decided about it for the download.

A model that is added with a relation to people is in the download by itself, and fails here until
somebody has looked at what is given of it.
"""

import pytest
from django.apps import apps
from django.db.models import BigIntegerField, ForeignKey, PositiveBigIntegerField

from people import holdings
from people.models import Person
from tests.guards.tree import APPS

pytestmark = pytest.mark.one_database

OWN, ACT, EXCEPTION = "all of it", "the act", "nothing"

TABLE = {
    "certificates.Batch.by": ACT,
    "certificates.BatchItem.person": OWN,
    "certificates.Certificate.person": OWN,
    "classroom.Delivery.by": ACT,
    "classroom.Delivery.teacher": ACT,
    "classroom.SchoolClass.made_by": ACT,
    "classroom.Session.by": ACT,
    "courses.Completion.person": OWN,
    "courses.Picture.uploaded_by_user": ACT,
    "imports.Import.by": ACT,
    "jobs.Job.created_by": ACT,
    "otp_static.StaticDevice.user": OWN,
    "otp_totp.TOTPDevice.user": OWN,
    "people.DataRequest.acknowledged_by": ACT,
    "people.DataRequest.decided_by": ACT,
    "people.DataRequest.person": OWN,
    "people.Identity.person": OWN,
    "people.LoginCode.issued_by": ACT,
    "people.LoginCode.person": OWN,
    "people.Person_groups.person": OWN,
    "people.Person_user_permissions.person": OWN,
    "people.Post.person": OWN,
    "people.Reorganisation.by": ACT,
    "people.TeamDocument.recorded_by": ACT,
    "quizzes.Attempt.person": OWN,
    "quizzes.ExtraTime.person": OWN,
    "quizzes.MasteryRecord.person": OWN,
    "quizzes.Practice.person": OWN,
    "quizzes.QuestionVersion.created_by": ACT,
    "quizzes.Regrade.applied_by": ACT,
    "quizzes.Regrade.proposed_by": ACT,
    "reports.Correction.by": ACT,
    "reports.SignedCopy.by": ACT,
    "reports.Key.made_by": ACT,
    "reports.Obstacle.raised_by": ACT,
    "reports.ObstacleStep.by": ACT,
    "reports.Reminder.by": ACT,
    "reports.Reminder.person": OWN,
    "reports.Target.by": ACT,
    "reports.Report.prepared_by": ACT,
    "reports.Report.signed_by": ACT,
    "training.Exemption.approved_by": ACT,
    "training.Exemption.ended_by": ACT,
    "training.Exemption.person": OWN,
    "training.Meeting.closed_by": ACT,
    "training.Meeting.planned_by": ACT,
    "training.Participant.person": OWN,
    "training.Practice.by": ACT,
    "training.Presence.by": ACT,
    "training.OutsideCertificate.brought_by": ACT,
    "training.OutsideCertificate.decided_by": ACT,
    "training.OutsideCertificate.person": OWN,
    "training.ProgrammeVersion.by": ACT,
    "training.Spell.person": OWN,
    "wagtailadmin.EditingSession.user": OWN,
    "wagtailadmin.FormState.user": EXCEPTION,
    "wagtailcore.APIToken.user": OWN,
    "wagtailcore.Comment.resolved_by": ACT,
    "wagtailcore.Comment.user": OWN,
    "wagtailcore.CommentReply.user": OWN,
    "wagtailcore.ModelLogEntry.user": ACT,
    "wagtailcore.Page.locked_by": ACT,
    "wagtailcore.Page.owner": ACT,
    "wagtailcore.PageLogEntry.user": ACT,
    "wagtailcore.PageSubscription.user": OWN,
    "wagtailcore.Revision.user": ACT,
    "wagtailcore.TaskState.finished_by": ACT,
    "wagtailcore.UploadedFile.uploaded_by_user": ACT,
    "wagtailcore.WorkflowState.requested_by": ACT,
    "wagtaildocs.Document.uploaded_by_user": ACT,
    "wagtailimages.Image.uploaded_by_user": ACT,
    "wagtailusers.UserProfile.user": OWN,
}  # fmt: skip

# What hangs on rows of a person, and goes with them.
BELOW = {
    "otp_static.StaticToken.device__user",
    "quizzes.Answer.item__attempt__person",
    "quizzes.AttemptItem.attempt__person",
    "quizzes.Grade.attempt__person",
    "quizzes.PracticeItem.practice__person",
    "training.Practice.participant__person",
    "training.Presence.participant__person",
}

# Numbers that could name a person, in models of ours, and do not.
OTHER_NUMBERS = {
    "certificates.BatchFile.size": "bytes",
    "courses.Edition.number": "how often the content has changed",
    "courses.LoadedFile.revision": "a revision of a page",
    "jobs.JobItem.subject": "a certificate, a lesson, a row of an import: what the task works on",
    "people.AuditEntry.unit": "a unit",
    "quizzes.Answer.sequence": "the order of a device's answers",
    "training.Touched.person": "whose standings are to be worked out anew within the minute",
    "quizzes.QuizTally.until": "an entry of the log of attempts",
}


def relations():
    """Return every relation to a person, asked of each model instead of Person."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if isinstance(field, ForeignKey) and field.related_model is Person:
                yield f"{model._meta.label}.{field.name}"


def decided():
    found = {one.key: ACT if one.is_act else OWN for one in holdings.holdings()}
    return found | dict.fromkeys(holdings.EXCEPTIONS, EXCEPTION)


def test_every_relation_to_a_person_stands_in_the_table():
    assert sorted(relations()) == sorted(TABLE)


def test_each_is_given_as_the_table_says_and_what_hangs_on_it():
    assert decided() == TABLE | dict.fromkeys(BELOW, OWN)


def test_every_exception_has_its_reason():
    assert all(len(reason) > 20 for reason in holdings.EXCEPTIONS.values())


def test_every_number_that_could_name_a_person_is_given_or_says_what_else_it_is():
    numbers = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in APPS
        for field in model._meta.local_concrete_fields
        if type(field) in {BigIntegerField, PositiveBigIntegerField}
    }
    assert numbers - holdings.NAMED.keys() == OTHER_NUMBERS.keys()


def test_what_names_people_otherwise_is_a_field_that_there_is():
    for key, named in holdings.NAMED.items():
        label, _dot, field = key.rpartition(".")
        for name in (field, *named.columns):
            assert apps.get_model(label)._meta.get_field(name), key


def test_an_act_is_described_by_fields_that_there_are():
    acts = {one.key: one for one in holdings.holdings() if one.is_act}
    for key, columns in holdings.ACTS.items():
        for name in columns:
            assert acts[key].model._meta.get_field(name), key


def test_what_is_a_secret_is_named_and_not_given():
    parts = {part.key: part for part in holdings.parts(Person(pk=0, login=""))}
    left_out = {key: part.left_out for key, part in parts.items() if part.left_out}
    assert left_out.keys() == {
        "people.Person",
        "people.LoginCode.person",
        "otp_totp.TOTPDevice.user",
        "otp_static.StaticToken.device__user",
        "wagtailcore.APIToken.user",
    }


def test_every_column_of_our_own_models_has_a_name_for_people():
    missing = {
        f"{column.field.model._meta.label}.{column.name}"
        for part in holdings.parts(Person(pk=0, login=""))
        for column in part.columns
        if column.field.model._meta.app_label in APPS
        and not holdings.has_label(column.field.model, column.field)
    }
    assert missing == set()
