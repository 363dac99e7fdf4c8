"""The forms of files as they stand in addresses."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class Form(StringConverter):
    """The forms in which tables are handed out."""

    regex = "csv|xlsx"


class Paper(StringConverter):
    """The forms in which what is printed is handed out, with its figures."""

    regex = "pdf|docx|xlsx"


register_converter(Form, "form")
register_converter(Paper, "paper")
