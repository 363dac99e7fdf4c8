import unicodedata

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisation.models import Unit
from vietnamese import fold, given_name, normalise, sort_key

LOGIN_LENGTH = 60
SORT_KEY_LENGTH = 700
FOLDED_LENGTH = 360


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


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who learns, teaches or administers. A phone number identifies nobody."""

    login = models.CharField(
        _("login name"),
        max_length=LOGIN_LENGTH,
        unique=True,
        error_messages={"unique": _("This login name is taken. Choose another one.")},
    )
    name = models.CharField(_("full name"), max_length=120)
    sort_key = models.CharField(max_length=SORT_KEY_LENGTH, editable=False)
    folded_name = models.CharField(max_length=FOLDED_LENGTH, editable=False, db_index=True)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    # Of many people no more is known, and it tells those of one name apart.
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=15, blank=True)
    ministry_id = models.CharField(_("identifier of the Ministry"), max_length=20, blank=True)
    residence = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demonstration = models.BooleanField(default=False, editable=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index(fields=["sort_key", "id"], name="people_by_given_name"),
            models.Index(
                fields=["ministry_id"], condition=~Q(ministry_id=""), name="people_by_ministry_id"
            ),
        ]

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

    def rename(self, name: str) -> None:
        """Set the name, and the keys that it is sorted and found by. Does not save."""
        self.name = normalise(name)
        # Some letters fold into three, as "ﬃ" does; what no longer fits decides no order.
        self.sort_key = sort_key(self.name)[:SORT_KEY_LENGTH]
        self.folded_name = fold(self.name)[:FOLDED_LENGTH]
