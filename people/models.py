import unicodedata

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from organisation.models import Unit
from people.roles import Role
from vietnamese import fold, given_name, normalise, sort_key

LOGIN_LENGTH = 60
SORT_KEY_LENGTH = 700


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, login: str, password: str | None = None, *, name: str = "", **fields):
        """Create a person. `login` is folded to lower case, `name` brought into NFC."""
        person = self.model(login=self.model.normalize_login(login), **fields)
        person.rename(name or login)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, login: str, password: str | None = None, **fields):
        return self.create_user(login, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username):
        return self.get(login=self.model.normalize_login(username or ""))


class Person(AbstractBaseUser, PermissionsMixin, index.Indexed):
    """Somebody who learns, teaches or administers. A phone number identifies nobody."""

    login = models.CharField(
        _("login name"),
        max_length=LOGIN_LENGTH,
        unique=True,
        error_messages={"unique": _("This login name is taken. Choose another one.")},
    )
    name = models.CharField(_("full name"), max_length=120)
    sort_key = models.CharField(max_length=SORT_KEY_LENGTH, editable=False)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demonstration = models.BooleanField(default=False, editable=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = PersonManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.SearchField("folded_name"),
        index.AutocompleteField("folded_name"),
        index.SearchField("login"),
        index.AutocompleteField("login"),
        index.FilterField("is_active"),
    ]

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self):
        return self.name

    @staticmethod
    def normalize_login(login: str) -> str:
        """Return a login as it is stored: lower case, a phone number as ten digits from 0.

        In NFKC, because Django's sign-in form reads it so: "０９" from a wide keyboard is "09".
        """
        login = normalise(unicodedata.normalize("NFKC", login)).lower()
        digits = login.replace(" ", "").replace(".", "").replace("+84", "0", 1)
        return digits if digits.isdigit() else login

    # Keyboards write the same letter in one character or in two: one password, however typed.
    def set_password(self, raw_password):
        super().set_password(raw_password and unicodedata.normalize("NFC", raw_password))

    def check_password(self, raw_password):
        return super().check_password(unicodedata.normalize("NFC", raw_password))

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return given_name(self.name)

    # Wagtail greets people by `first_name`, which in Vietnam stands last.
    @property
    def first_name(self):
        return given_name(self.name)

    def folded_name(self):
        return fold(self.name)

    def rename(self, name: str) -> None:
        """Set the name, and the key that it is sorted by. Does not save."""
        self.name = normalise(name)
        # Some letters fold into three, as "ﬃ" does; what no longer fits decides no order.
        self.sort_key = sort_key(self.name)[:SORT_KEY_LENGTH]


class PostQuerySet(models.QuerySet):
    def on(self, day):
        """Return the posts held on a day. Periods are half-open."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


class Post(models.Model):
    """A person serves at a unit in a role, from a day until before a day."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    since = models.DateField(_("since"))
    until = models.DateField(_("until before"), null=True, blank=True)
    self_declared = models.BooleanField(_("said by the person alone"), default=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["person_id", "since", "pk"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="a_post_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["person", "unit", "role"],
                condition=Q(until=None),
                name="nobody_holds_the_same_post_twice",
            ),
        ]
        indexes = [models.Index(fields=["unit", "role"])]

    def __str__(self):
        return f"{self.person_id} {self.role} {self.unit_id}"
