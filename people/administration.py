"""People in Wagtail's administration: who may edit pages."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import IndexView, UserViewSet

from people.models import Person
from vietnamese import fold


class _PersonFields(forms.ModelForm):
    """One name, as the person writes it, instead of a first and a last one."""

    first_name = None
    last_name = None
    email = forms.EmailField(required=False, label=_("E-mail"))

    def clean_login(self):
        # Whoever signs in writes it in any case, and a phone number with any spaces.
        return Person.normalize_login(self.cleaned_data["login"])

    def save(self, commit=True):
        self.instance.rename(self.cleaned_data["name"])
        return super().save(commit)


class PersonCreationForm(_PersonFields, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = Person
        fields = ["login", "name", "email", "is_superuser", "groups"]


class PersonEditForm(_PersonFields, UserEditForm):
    class Meta(UserEditForm.Meta):
        model = Person
        fields = ["login", "name", "email", "is_active", "is_superuser", "groups"]


class PersonIndexView(IndexView):
    def search_queryset(self, queryset):
        """Return who has every word of the search in the name, accents or none, or in the login."""
        for word in fold(self.search_query or "").split():
            queryset = queryset.filter(Q(folded_name__contains=word) | Q(login__contains=word))
        return queryset


class PersonViewSet(UserViewSet):
    # Wagtail's own templates show the fields that they know by name, which ours are not.
    create_template_name = "people/administration/create.html"
    edit_template_name = "people/administration/edit.html"

    index_view_class = PersonIndexView

    def get_form_class(self, for_update=False):
        return PersonEditForm if for_update else PersonCreationForm
