"""How an editor writes a question: one block for each type. The plain data: quizzes.versions."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import StructBlockValidationError

from quizzes.marking import comparable


class MessageBlock(blocks.StructBlock):
    """A message to be judged, shown as on a phone. Both parts or none."""

    sender = blocks.CharBlock(label=_("Sender"), required=False, max_length=100)
    text = blocks.TextBlock(label=_("Message"), required=False, rows=3)

    def clean(self, value):
        result = super().clean(value)
        for one, other in (("sender", "text"), ("text", "sender")):
            if result[one] and not result[other]:
                raise StructBlockValidationError(
                    {other: ValidationError(_("A message has a sender and a text."))}
                )
        return result


class QuestionBlock(blocks.StructBlock):
    """What every question has."""

    message = MessageBlock(label=_("Message to be judged"), required=False)
    stem = blocks.TextBlock(label=_("Question"), rows=2, max_length=1500)
    explanation = blocks.TextBlock(
        label=_("Explanation"),
        rows=2,
        max_length=1500,
        help_text=_("Why it is so: shown whatever was answered."),
    )


def _feedback() -> list[tuple[str, blocks.Block]]:
    return [
        ("feedback_right", blocks.TextBlock(label=_("To a right answer"), rows=2)),
        ("feedback_wrong", blocks.TextBlock(label=_("To a wrong answer"), rows=2)),
    ]


class OptionBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Answer"), rows=1, max_length=400)
    correct = blocks.BooleanBlock(label=_("Right"), required=False)
    feedback = blocks.TextBlock(label=_("What to say to it"), rows=2)


def _refuse_twice(values: list[str], field: str) -> None:
    if len(set(values)) < len(values):
        raise StructBlockValidationError(
            {field: ValidationError(_("The same text stands here twice."))}
        )


class SingleChoiceBlock(QuestionBlock):
    options = blocks.ListBlock(OptionBlock(), min_num=2, max_num=8, label=_("Answers"))

    def clean(self, value):
        result = super().clean(value)
        _refuse_twice([option["text"] for option in result["options"]], "options")
        if sum(option["correct"] for option in result["options"]) != 1:
            raise StructBlockValidationError(
                {"options": ValidationError(_("Exactly one answer must be right."))}
            )
        return result

    class Meta:
        icon = "circle-check"
        label = _("Single choice")


class MultipleChoiceBlock(QuestionBlock):
    options = blocks.ListBlock(OptionBlock(), min_num=3, max_num=8, label=_("Answers"))

    def clean(self, value):
        result = super().clean(value)
        _refuse_twice([option["text"] for option in result["options"]], "options")
        right = sum(option["correct"] for option in result["options"])
        if not 1 <= right < len(result["options"]):
            raise StructBlockValidationError(
                {"options": ValidationError(_("At least one answer must be right, and not all."))}
            )
        return result

    class Meta:
        icon = "tasks"
        label = _("Multiple choice")


class TrueFalseBlock(QuestionBlock):
    answer = blocks.BooleanBlock(label=_("The statement is true"), required=False)

    class Meta:
        icon = "check"
        label = _("True or false")


class MatchingBlock(QuestionBlock):
    pairs = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("left", blocks.TextBlock(label=_("Left"), rows=1, max_length=300)),
                ("right", blocks.TextBlock(label=_("Belongs to it"), rows=1, max_length=300)),
            ],
            label=_("Pair"),
        ),
        min_num=2,
        max_num=8,
        label=_("Pairs"),
    )
    distractors = blocks.ListBlock(
        blocks.TextBlock(label=_("Belongs to none"), rows=1, max_length=300),
        label=_("Distractors"),
        required=False,
        default=[],
    )

    def clean(self, value):
        result = super().clean(value)
        rights = [pair["right"] for pair in result["pairs"]] + list(result["distractors"])
        _refuse_twice(rights, "pairs")
        return result

    class Meta:
        icon = "link"
        label = _("Matching")


class OrderingBlock(QuestionBlock):
    items = blocks.ListBlock(
        blocks.TextBlock(label=_("Step"), rows=1, max_length=300),
        min_num=2,
        max_num=8,
        label=_("Steps in the right order"),
    )

    def clean(self, value):
        result = super().clean(value)
        _refuse_twice(list(result["items"]), "items")
        return result

    class Meta:
        icon = "list-ol"
        label = _("Ordering")


class ShortAnswerBlock(QuestionBlock):
    accepted = blocks.ListBlock(
        blocks.CharBlock(label=_("Accepted answer"), max_length=200),
        min_num=1,
        label=_("Accepted answers"),
        help_text=_("Compared without accents, capitals and extra spaces."),
    )
    hint = blocks.CharBlock(label=_("Form of the answer"), required=False, max_length=150)

    def clean(self, value):
        result = super().clean(value)
        if any(answer and not comparable(answer) for answer in result["accepted"]):
            raise StructBlockValidationError(
                {"accepted": ValidationError(_("An accepted answer has a letter or a digit."))}
            )
        return result

    class Meta:
        icon = "edit"
        label = _("Short answer")


class QuestionBlocks(blocks.StreamBlock):
    single_choice = SingleChoiceBlock()
    multiple_choice = MultipleChoiceBlock()
    true_false = TrueFalseBlock(_feedback())
    matching = MatchingBlock(_feedback())
    ordering = OrderingBlock(_feedback())
    short_answer = ShortAnswerBlock(_feedback())
