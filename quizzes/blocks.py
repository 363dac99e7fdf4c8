"""How an editor writes a question: one block for each type. The plain data: quizzes.versions."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock

from quizzes import numbers
from quizzes.marking import comparable

GAP = re.compile(r"\[\[(\d{1,2})\]\]")


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


class ForOthersBlock(blocks.StructBlock):
    """What other systems make use of, and ours keeps for them."""

    points = blocks.FloatBlock(label=_("Points"), required=False, min_value=0)
    penalty = blocks.FloatBlock(label=_("Penalty for each try"), required=False, min_value=0)
    hints = blocks.ListBlock(
        blocks.TextBlock(label=_("Hint"), rows=1), label=_("Hints"), required=False, default=[]
    )

    class Meta:
        label = _("For other systems")
        collapsed = True


class QuestionBlock(blocks.StructBlock):
    """What every question has."""

    message = MessageBlock(label=_("Message to be judged"), required=False)
    stem = blocks.TextBlock(label=_("Question"), rows=2, max_length=3000)
    explanation = blocks.TextBlock(
        label=_("Explanation"),
        rows=2,
        max_length=3000,
        required=False,
        help_text=_("Why it is so: shown whatever was answered."),
    )
    markup = blocks.ChoiceBlock(
        [("html", _("HTML"))],
        label=_("Markup"),
        required=False,
        help_text=_("The texts are plain, unless HTML is chosen here."),
    )
    for_others = ForOthersBlock(required=False)


def _feedback(*, partial: bool = True) -> list[tuple[str, blocks.Block]]:
    said = [
        ("feedback_right", blocks.TextBlock(label=_("To a right answer"), rows=2, required=False)),
        (
            "feedback_partial",
            blocks.TextBlock(label=_("To a partly right answer"), rows=2, required=False),
        ),
        ("feedback_wrong", blocks.TextBlock(label=_("To a wrong answer"), rows=2, required=False)),
    ]
    return said if partial else [said[0], said[2]]


def _worth() -> blocks.FloatBlock:
    return blocks.FloatBlock(
        label=_("Worth in per cent"),
        required=False,
        min_value=-100,
        max_value=100,
        help_text=_("Empty: all if right, nothing if wrong."),
    )


class OptionBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Answer"), rows=1, max_length=1000)
    correct = blocks.BooleanBlock(label=_("Right"), required=False)
    feedback = blocks.TextBlock(label=_("What to say to it"), rows=2, required=False)
    worth = _worth()


class AcceptedBlock(blocks.StructBlock):
    """An accepted answer. One that is no more than a text is kept as the text."""

    text = blocks.CharBlock(label=_("Accepted answer"), max_length=200)
    worth = _worth()
    feedback = blocks.TextBlock(label=_("What to say to it"), rows=1, required=False)

    def to_python(self, value):
        return super().to_python(_as_accepted(value))

    def bulk_to_python(self, values):
        return super().bulk_to_python([_as_accepted(value) for value in values])

    def normalize(self, value):
        return super().normalize(_as_accepted(value))


def _as_accepted(value):
    return {"text": value} if isinstance(value, str) else value


class NumberBlock(blocks.CharBlock):
    """A number with a decimal point, kept as it was written."""

    def clean(self, value):
        text = super().clean(value).replace(",", ".")
        if text:
            try:
                numbers.exact(text)
            except ValueError as error:
                raise ValidationError(_("Write a number, for example 3 or 3.5.")) from error
        return text


class NumericalAnswerBlock(blocks.StructBlock):
    value = NumberBlock(label=_("Number"), max_length=40)
    tolerance = NumberBlock(label=_("More or less"), max_length=40, default="0")
    worth = _worth()
    feedback = blocks.TextBlock(label=_("What to say to it"), rows=1, required=False)


def _refuse_twice(values: list[str], field: str) -> None:
    if len(set(values)) < len(values):
        raise StructBlockValidationError(
            {field: ValidationError(_("The same text stands here twice."))}
        )


def _keep_order() -> blocks.BooleanBlock:
    return blocks.BooleanBlock(label=_("Keep this order"), required=False)


def _refuse_options(options, *, at: str) -> None:
    """Refuse options that stand twice, or of which none is worth everything."""
    _refuse_twice([option["text"] for option in options], at)
    if not any(
        option["correct"] if option["worth"] is None else option["worth"] == 100
        for option in options
    ):
        raise StructBlockValidationError(
            {at: ValidationError(_("One answer must be worth everything."))}
        )


class SingleChoiceBlock(QuestionBlock):
    options = blocks.ListBlock(OptionBlock(), min_num=2, max_num=12, label=_("Answers"))
    keep_order = _keep_order()

    def clean(self, value):
        result = super().clean(value)
        _refuse_options(result["options"], at="options")
        if sum(option["correct"] for option in result["options"]) != 1:
            raise StructBlockValidationError(
                {"options": ValidationError(_("Exactly one answer must be right."))}
            )
        return result

    class Meta:
        icon = "circle-check"
        label = _("Single choice")


class MultipleChoiceBlock(QuestionBlock):
    options = blocks.ListBlock(OptionBlock(), min_num=2, max_num=12, label=_("Answers"))
    keep_order = _keep_order()

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
    keep_order = _keep_order()

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


def _accepted() -> list[tuple[str, blocks.Block]]:
    """Return how a text that somebody writes is compared with what is accepted."""
    return [
        (
            "accepted",
            blocks.ListBlock(
                AcceptedBlock(),
                min_num=1,
                label=_("Accepted answers"),
                help_text=_("Compared without accents, capitals and extra spaces."),
            ),
        ),
        (
            "exact",
            blocks.BooleanBlock(label=_("Accents and capitals matter"), required=False),
        ),
        (
            "wildcards",
            blocks.BooleanBlock(label=_("A star * stands for any text"), required=False),
        ),
    ]


class ShortAnswerBlock(QuestionBlock):
    hint = blocks.CharBlock(label=_("Form of the answer"), required=False, max_length=150)

    def clean(self, value):
        result = super().clean(value)
        if any(one["text"] and not comparable(one["text"]) for one in result["accepted"]):
            raise StructBlockValidationError(
                {"accepted": ValidationError(_("An accepted answer has a letter or a digit."))}
            )
        return result

    class Meta:
        icon = "edit"
        label = _("Short answer")


class NumericalBlock(QuestionBlock):
    answers = blocks.ListBlock(
        NumericalAnswerBlock(),
        min_num=1,
        label=_("Accepted numbers"),
        help_text=_("The first that fits counts. 3,5 and 3.5 are the same to us."),
    )
    unit = blocks.CharBlock(
        label=_("Unit"),
        required=False,
        max_length=20,
        help_text=_("May be written behind the number."),
    )

    class Meta:
        icon = "order"
        label = _("Number")


class GapBlock(blocks.StructBlock):
    weight = blocks.FloatBlock(label=_("Weight"), required=False, min_value=0.01, max_value=100)


class ChoiceGapBlock(GapBlock):
    options = blocks.ListBlock(OptionBlock(), min_num=2, max_num=12, label=_("Answers"))

    def clean(self, value):
        result = super().clean(value)
        _refuse_options(result["options"], at="options")
        return result

    class Meta:
        icon = "circle-check"
        label = _("A gap to choose for")


class TextGapBlock(GapBlock):
    class Meta:
        icon = "edit"
        label = _("A gap to write in")


class NumberGapBlock(GapBlock):
    answers = blocks.ListBlock(NumericalAnswerBlock(), min_num=1, label=_("Accepted numbers"))

    class Meta:
        icon = "order"
        label = _("A gap for a number")


class GapBlocks(blocks.StreamBlock):
    single_choice = ChoiceGapBlock()
    short_answer = TextGapBlock(_accepted())
    numerical = NumberGapBlock()


class ClozeBlock(QuestionBlock):
    gaps = GapBlocks(
        min_num=1,
        max_num=20,
        label=_("Gaps"),
        help_text=_("In the question, [[1]] is where the first gap stands, [[2]] the second …"),
    )

    def clean(self, value):
        result = super().clean(value)
        wanted = [str(number) for number in range(1, len(result["gaps"]) + 1)]
        if GAP.findall(result["stem"]) != wanted:
            raise StructBlockValidationError(
                {
                    "stem": ValidationError(
                        _("The question must name its gaps in order, each once: %(gaps)s.")
                        % {"gaps": " ".join(f"[[{number}]]" for number in wanted)}
                    )
                }
            )
        return result

    class Meta:
        icon = "form"
        label = _("Gaps in a text")


class AreaBlock(blocks.StructBlock):
    """Where a part stands in a picture, in per cent of its width and height."""

    left = blocks.IntegerBlock(label=_("From the left"), required=False, min_value=0, max_value=99)
    top = blocks.IntegerBlock(label=_("From the top"), required=False, min_value=0, max_value=99)
    width = blocks.IntegerBlock(label=_("Width"), required=False, min_value=1, max_value=100)
    height = blocks.IntegerBlock(label=_("Height"), required=False, min_value=1, max_value=100)

    class Meta:
        label = _("Where in the picture (per cent)")
        collapsed = True


class PartBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Part"), rows=1, max_length=500)
    suspicious = blocks.BooleanBlock(label=_("Suspicious"), required=False)
    feedback = blocks.TextBlock(label=_("What to say to it"), rows=1, required=False)
    area = AreaBlock(required=False)


class SpotBlock(QuestionBlock):
    picture = ImageChooserBlock(label=_("Picture"), required=False)
    parts = blocks.ListBlock(
        PartBlock(),
        min_num=2,
        max_num=12,
        label=_("Parts"),
        help_text=_(
            "Without a picture, the parts one after the other are the message. "
            "With a picture, each says what stands at its place."
        ),
    )

    def clean(self, value):
        result = super().clean(value)
        parts = result["parts"]
        if not any(part["suspicious"] for part in parts):
            self._refuse(_("At least one part must be suspicious."))
        if all(part["suspicious"] for part in parts):
            self._refuse(_("At least one part must be honest."))
        if result["picture"]:
            if any(None in part["area"].values() for part in parts):
                self._refuse(_("With a picture, each part has its place in it: four numbers."))
            if any(
                part["area"]["left"] + part["area"]["width"] > 100
                or part["area"]["top"] + part["area"]["height"] > 100
                for part in parts
            ):
                self._refuse(_("A part reaches over the edge of the picture."))
        return result

    def _refuse(self, why) -> None:
        raise StructBlockValidationError({"parts": ValidationError(why)})

    class Meta:
        icon = "warning"
        label = _("Spot the signs")


class QuestionBlocks(blocks.StreamBlock):
    single_choice = SingleChoiceBlock(_feedback())
    multiple_choice = MultipleChoiceBlock(_feedback())
    true_false = TrueFalseBlock(_feedback(partial=False))
    matching = MatchingBlock(_feedback())
    ordering = OrderingBlock(_feedback())
    short_answer = ShortAnswerBlock([*_accepted(), *_feedback()])
    numerical = NumericalBlock(_feedback())
    cloze = ClozeBlock(_feedback())
    spot = SpotBlock(_feedback())
