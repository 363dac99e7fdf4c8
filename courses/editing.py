"""Who may edit: two groups and a workflow, author → approver, made once and then left to the site."""

from django.contrib.auth.models import Group, Permission
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from courses.models import Fact, LearningOutcome, Skill
from people.roles import EDITING_GROUPS, Role

WORKFLOW = "Duyệt nội dung"
PAGE_PERMISSIONS = {
    Role.AUTHOR: ["add_page", "change_page"],
    Role.APPROVER: ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"],
}
# "add" lets people replace what they have uploaded themselves until it is published
# (courses.library), "change" what anybody has. It would let an author alter a published lesson past
# the approver. Wagtail asks for its own image model's permissions, whatever model takes its place.
LIBRARY_PERMISSIONS = {
    Role.AUTHOR: ["add_image", "choose_image", "add_document", "choose_document"],
    Role.APPROVER: [
        "add_image",
        "change_image",
        "choose_image",
        "add_document",
        "change_document",
        "choose_document",
    ],
}


def set_up(*, root: Page) -> Workflow:
    """Make groups, their permissions below `root` and the workflow, where there are none; return it."""
    existing = WorkflowPage.objects.filter(page=root).select_related("workflow").first()
    if existing:
        return existing.workflow
    groups = {
        role: Group.objects.get_or_create(name=name)[0] for role, name in EDITING_GROUPS.items()
    }
    collection = Collection.get_first_root_node()
    for role, group in groups.items():
        group.permissions.add(
            Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
        )
        for codename in PAGE_PERMISSIONS[role]:
            GroupPagePermission.objects.get_or_create(
                group=group,
                page=root,
                permission=Permission.objects.get(
                    content_type__app_label="wagtailcore", codename=codename
                ),
            )
        for permission in Permission.objects.filter(
            content_type__app_label__in=["wagtailimages", "wagtaildocs"],
            codename__in=LIBRARY_PERMISSIONS[role],
        ):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=permission
            )
    # What is taught has no drafts: a change is seen at once.
    for model in (Skill, LearningOutcome, Fact):
        allow(Role.AUTHOR, model, "view")
        allow(Role.APPROVER, model, "view", "change")
    allow(Role.APPROVER, LearningOutcome, "add")
    allow(Role.APPROVER, Fact, "add")
    workflow = Workflow.objects.create(name=WORKFLOW, active=True)
    task = GroupApprovalTask.objects.create(name="Người duyệt đọc lại", active=True)
    task.groups.add(groups[Role.APPROVER])
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page=root)
    return workflow


def allow(role: Role, model, *actions: str) -> None:
    """Let a group do some actions ("add", "change", "publish", …) to the snippets of a model."""
    group = Group.objects.get(name=EDITING_GROUPS[role])
    codenames = [f"{action}_{model._meta.model_name}" for action in actions]
    group.permissions.add(
        *Permission.objects.filter(
            content_type__app_label=model._meta.app_label, codename__in=codenames
        )
    )
