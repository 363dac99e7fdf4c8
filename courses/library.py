"""Who may change what stands in the library of pictures and documents."""

from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import ReferenceIndex
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permissions import register_permission_policy

from courses.models import Picture


class LibraryPolicy(CollectionOwnershipPermissionPolicy):
    """Wagtail's own, but for what readers see: only who may change anything there changes that.

    Wagtail lets people replace and delete what they have brought themselves, which would alter a
    published lesson past the approver.
    """

    def user_has_any_permission_for_instance(self, user, actions, instance):
        may_change_any = self._check_perm(user, {"change"}, collection=instance.collection)
        if not may_change_any and _is_published(instance):
            actions = set(actions) - {"change", "delete"}
        return bool(actions) and super().user_has_any_permission_for_instance(
            user, actions, instance
        )


def _is_published(file) -> bool:
    """Whether something that readers see uses a picture or a document."""
    users = ReferenceIndex.get_grouped_references_to(file)
    return any(getattr(user, "live", True) for user, _references in users)


def protect() -> None:
    """Put the policy in the place of Wagtail's own."""
    # Wagtail asks for its own models' permissions, whatever model takes their place.
    for model, asked in ((Picture, Image), (Document, Document)):
        policy = LibraryPolicy(model, auth_model=asked, owner_field_name="uploaded_by_user")
        register_permission_policy(model, policy, exact_class=True)
