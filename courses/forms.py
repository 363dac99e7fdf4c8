"""Checks of uploaded pictures that Wagtail does not make."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm

from courses import drawings


class PictureForm(BaseImageForm):
    """Refuses an SVG that could do anything but show a drawing."""

    def clean_file(self):
        file = self.cleaned_data.get("file")
        if file and file.name.lower().endswith(".svg"):
            file.seek(0)
            try:
                drawings.inline(file.read())
            except drawings.UnsafeDrawing as error:
                raise ValidationError(
                    _("This drawing cannot be used: %(reason)s.") % {"reason": error}
                ) from error
            file.seek(0)
        return file
