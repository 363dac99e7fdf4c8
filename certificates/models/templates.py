from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import PreviewableMixin, RevisionMixin

from courses.models import Audience, CoursePage
from courses.models.previews import FramedPreview
from organisation.models import Unit


class Design(models.TextChoices):
    """How the paper looks: each is a page and a style of its own under `print/`."""

    FORMAL = "formal", _("Formal, with the national header")
    MODERN = "modern", _("Modern")
    PUPIL = "pupil", _("For pupils")


class Wording(models.Model):
    """All that a template says beside what it says of a person."""

    design = models.CharField(_("design"), max_length=10, choices=Design, default=Design.FORMAL)
    parent_body = models.CharField(_("body above the issuer"), max_length=120, blank=True)
    issuer = models.CharField(
        _("issuer"),
        max_length=120,
        blank=True,
        help_text=_("Empty: the issuer that the site is set up with."),
    )
    place = models.CharField(
        _("place"), max_length=60, blank=True, help_text=_("Stands before the date.")
    )
    addressed = models.CharField(_("how people are addressed"), max_length=30, default="Ông (Bà)")
    completed = models.CharField(
        _("what they have done"),
        max_length=160,
        default="đã hoàn thành khóa tập huấn dành cho {đối tượng}",
        help_text=_("“{đối tượng}” becomes the audience of the course."),
    )
    signer_title = models.TextField(
        _("office of who signs"), blank=True, max_length=160, help_text=_("A line each.")
    )
    signer_name = models.CharField(_("name of who signs"), max_length=80, blank=True)
    shows_birth_date = models.BooleanField(_("shows the date of birth"), default=True)
    shows_period = models.BooleanField(
        _("shows from when until when somebody learned"), default=True
    )
    shows_result = models.BooleanField(_("shows the result"), default=True)
    valid_months = models.PositiveSmallIntegerField(
        _("valid for how many months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: without end. After that a refresher is needed."),
    )

    class Meta:
        abstract = True

    def wording(self) -> dict:
        """Return all that is worded, by field: what two versions differ in."""
        return {field.name: getattr(self, field.name) for field in Wording._meta.get_fields()}


class SampledPreview(PreviewableMixin):
    """Shows a template while it is written, filled in for people made up."""

    @property
    def preview_modes(self):
        from certificates import samples

        return samples.modes()

    def serve_preview(self, request, mode_name):
        from certificates import samples

        return samples.serve(self, request=request, mode=mode_name)


class CertificateTemplate(FramedPreview, SampledPreview, RevisionMixin, Wording):
    """What certificates look like and say, for a course, an audience and whoever issues.

    What is empty stands for all of them; the nearest is chosen (`certificates.templates.choose`).
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    is_used = models.BooleanField(
        _("in use"), default=True, help_text=_("Otherwise nothing more is issued with it.")
    )
    audience = models.ForeignKey(
        Audience,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("audience"),
        help_text=_("Empty: for all audiences."),
    )
    course = models.ForeignKey(
        CoursePage,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("course"),
        help_text=_("Empty: for all courses."),
    )
    unit = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("people of"),
        help_text=_("For those who serve there or below. Empty: for all."),
    )

    panels = [
        FieldPanel("name"),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("is_used", "audience", "course", "unit")],
            heading=_("When it is chosen"),
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("design", "parent_body", "issuer", "place")],
            heading=_("Head"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    *("addressed", "completed", "shows_birth_date", "shows_period"),
                    *("shows_result", "valid_months"),
                )
            ],
            heading=_("Text"),
        ),
        MultiFieldPanel(
            [FieldPanel("signer_title"), FieldPanel("signer_name")], heading=_("Signature")
        ),
    ]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("certificate template")
        verbose_name_plural = _("certificate templates")

    def __str__(self):
        return self.name


class TemplateVersion(Wording):
    """What a template said when certificates were issued with it. Appended, never changed."""

    template = models.ForeignKey(
        CertificateTemplate, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["template_id", "number"]
        verbose_name = _("version of a certificate template")
        verbose_name_plural = _("versions of certificate templates")
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"], name="a_template_numbers_each_version_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_months=None) | Q(valid_months__gte=1),
                name="a_certificate_is_valid_for_a_month_at_least",
            ),
        ]

    def __str__(self):
        return f"{self.template_id}, {self.number}"
