"""The blocks that a lesson is made of: a small, named set. One block, one template."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from courses import marks

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]
SHORT_TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link"]
LINE_FEATURES = ["bold", "italic", "link"]


class TextBlock(blocks.RichTextBlock):
    """Running text with headings, lists and links."""

    def __init__(self, **kwargs):
        super().__init__(features=TEXT_FEATURES, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "blocks/text.html"


class LibraryBlock(blocks.StructBlock):
    """A block around something from the library, which stands in the child block named `needs`."""

    needs: str

    def render(self, value, context=None):
        # A draft may not have chosen it yet, and from the library it may have been deleted.
        return super().render(value, context) if value[self.needs] else ""


def refuse_without_alternative(value) -> None:
    """Refuse a picture without its text alternative, in a draft too: no way to publish asks again."""
    if value["picture"] and not value["text_alternative"].strip():
        raise StructBlockValidationError(
            {
                "text_alternative": ValidationError(
                    _("Say what the picture shows: some readers cannot see it.")
                )
            }
        )


class PictureBlock(LibraryBlock):
    """A picture, never without its text alternative."""

    needs = "picture"
    picture = ImageChooserBlock(label=_("Picture"))
    text_alternative = blocks.TextBlock(
        label=_("Text alternative"),
        max_length=500,
        rows=2,
        help_text=_("What there is to see and why it matters, for whoever cannot see it."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    def clean(self, value):
        result = super().clean(value)
        refuse_without_alternative(result)
        return result

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "blocks/picture.html"


class StepPictureBlock(blocks.StructBlock):
    """The picture of a step, which may be left out as a whole but never without its text."""

    picture = ImageChooserBlock(label=_("Picture"), required=False)
    text_alternative = blocks.TextBlock(
        label=_("Text alternative"), required=False, max_length=500, rows=2
    )

    def clean(self, value):
        result = super().clean(value)
        refuse_without_alternative(result)
        return result

    class Meta:
        icon = "image"
        label = _("Picture")


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("What to do"), max_length=150)
    text = blocks.RichTextBlock(label=_("How"), features=SHORT_TEXT_FEATURES)
    picture = StepPictureBlock(label=_("Picture"), required=False)


class StepsBlock(blocks.StructBlock):
    """Steps one by one, with what the screen shows."""

    title = blocks.CharBlock(label=_("Title"), max_length=150)
    steps = blocks.ListBlock(StepBlock(label=_("Step")), min_num=2, label=_("Steps"))

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = "blocks/steps.html"


class CalloutBlock(blocks.StructBlock):
    """What must not be missed."""

    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[
            ("warning", _("Warning")),
            ("tip", _("Tip")),
            ("remember", _("Remember")),
            ("neighbour", _("How to show this to a neighbour")),
        ],
    )
    title = blocks.CharBlock(label=_("Title"), max_length=150)
    text = blocks.RichTextBlock(label=_("Text"), features=SHORT_TEXT_FEATURES)

    class Meta:
        icon = "warning"
        label = _("Callout")
        template = "blocks/callout.html"


class SpotTheScamBlock(blocks.StructBlock):
    """A message whose suspicious parts stand in braces, and what gives each away."""

    title = blocks.CharBlock(label=_("Title"), max_length=150)
    sender = blocks.CharBlock(label=_("Sender"), max_length=100)
    message = blocks.TextBlock(
        label=_("Message"),
        rows=4,
        help_text=_("Put braces round each suspicious part: {press this link}."),
    )
    signs = blocks.ListBlock(
        blocks.TextBlock(label=_("Sign"), rows=1),
        label=_("Signs"),
        min_num=1,
        help_text=_("One for each part in braces, in the same order."),
    )

    def clean(self, value):
        result = super().clean(value)
        try:
            found = len(marks.suspicious_parts(result["message"]))
        except marks.UnbalancedBraces as error:
            raise StructBlockValidationError({"message": ValidationError(str(error))}) from error
        if found != len(result["signs"]):
            raise StructBlockValidationError(
                {
                    "signs": ValidationError(
                        _(
                            "The message has %(parts)s parts in braces, but there are %(signs)s signs."
                        )
                        % {"parts": found, "signs": len(result["signs"])}
                    )
                }
            )
        return result

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        context["parts"] = marks.split_message(value["message"])
        return context

    class Meta:
        icon = "view"
        label = _("Spot the scam")
        template = "blocks/spot_the_scam.html"


class DialogueBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=150)
    lines = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("name", blocks.CharBlock(label=_("Who"), max_length=60)),
                ("text", blocks.TextBlock(label=_("Says"), rows=2)),
            ],
            label=_("Line"),
        ),
        label=_("Lines"),
        min_num=2,
    )

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        speakers: list[str] = []
        lines = []
        for line in value["lines"]:
            if line["name"] not in speakers:
                speakers.append(line["name"])
            # Two sides are enough to tell who speaks at a glance; the name stands beside it.
            lines.append({**line, "side": speakers.index(line["name"]) % 2})
        context["lines"] = lines
        return context

    class Meta:
        icon = "openquote"
        label = _("Dialogue")
        template = "blocks/dialogue.html"


class TableBlock(TypedTableBlock):
    class Meta:
        icon = "table"
        label = _("Table")
        template = "blocks/table.html"


class CheckBlock(blocks.StructBlock):
    """A practice check inside the lesson: no marks, an answer at once."""

    question = blocks.TextBlock(label=_("Question"), rows=2)
    answers = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("text", blocks.TextBlock(label=_("Answer"), rows=1)),
                ("correct", blocks.BooleanBlock(label=_("Right"), required=False)),
                ("feedback", blocks.TextBlock(label=_("What to say to it"), rows=1)),
            ],
            label=_("Answer"),
        ),
        label=_("Answers"),
        min_num=2,
        max_num=4,
    )

    def clean(self, value):
        result = super().clean(value)
        if sum(answer["correct"] for answer in result["answers"]) != 1:
            raise StructBlockValidationError(
                {"answers": ValidationError(_("Exactly one answer must be right."))}
            )
        return result

    class Meta:
        icon = "tick"
        label = _("Practice check")
        template = "blocks/check.html"


class MediaBlock(LibraryBlock):
    """Sound or film, with everything that is said and shown as text."""

    needs = "file"
    title = blocks.CharBlock(label=_("Title"), max_length=150)
    file = DocumentChooserBlock(label=_("File (mp3 or mp4)"))
    text_alternative = blocks.RichTextBlock(
        label=_("Text alternative"), features=SHORT_TEXT_FEATURES
    )

    def clean(self, value):
        result = super().clean(value)
        if result["file"] and result["file"].file_extension not in ("mp3", "mp4"):
            raise StructBlockValidationError(
                {"file": ValidationError(_("Choose an mp3 or an mp4 file."))}
            )
        return result

    class Meta:
        icon = "media"
        label = _("Video or audio")
        template = "blocks/media.html"


class DownloadBlock(LibraryBlock):
    needs = "file"
    title = blocks.CharBlock(label=_("Title"), max_length=150)
    file = DocumentChooserBlock(label=_("File"))
    description = blocks.CharBlock(label=_("What it is"), max_length=250)

    class Meta:
        icon = "download"
        label = _("Download")
        template = "blocks/download.html"


class SourceBlock(blocks.StructBlock):
    tag = blocks.CharBlock(label=_("Tag"), max_length=10, required=False)
    text = blocks.CharBlock(label=_("Who says what"), max_length=300)
    address = blocks.CharBlock(label=_("Address"), max_length=400, required=False)

    def clean(self, value):
        result = super().clean(value)
        # The template writes https:// itself; an address copied from a browser brings its own.
        result["address"] = re.sub(r"^https?://", "", result["address"].strip())
        return result


class SourcesBlock(blocks.StructBlock):
    sources = blocks.ListBlock(SourceBlock(label=_("Source")), label=_("Sources"), min_num=1)

    class Meta:
        icon = "link"
        label = _("Sources")
        template = "blocks/sources.html"


class LessonBlocks(blocks.StreamBlock):
    text = TextBlock()
    steps = StepsBlock()
    picture = PictureBlock()
    callout = CalloutBlock()
    spot_the_scam = SpotTheScamBlock()
    dialogue = DialogueBlock()
    table = TableBlock([("text", blocks.RichTextBlock(features=LINE_FEATURES, label=_("Text")))])
    check = CheckBlock()
    media = MediaBlock()
    download = DownloadBlock()
    sources = SourcesBlock()
