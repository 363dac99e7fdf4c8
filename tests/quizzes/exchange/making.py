"""Questions of every type, made up for property tests: what was written must be read again."""

import base64
import io
from dataclasses import replace
from html import escape

from hypothesis import strategies as st
from PIL import Image

from quizzes.exchange import answers as worth
from quizzes.exchange.answers import Amount, Answer
from quizzes.exchange.cloze import MARKER
from quizzes.exchange.parsed import Parsed
from quizzes.exchange.texts import Text, from_html, from_plain, markup, one_line

AWKWARD = "aăđ Z5\n=~#{}:\\%*[]<>&\"'/.$|-"
SNIPPETS = [
    "[html]",
    "//",
    "$CATEGORY: x",
    "<b>",
    "&amp;",
    "%50%",
    "::",
    "####",
    "a b",
    "  ",
    "\\n",
]


def picture_bytes(kind: str = "PNG", size: tuple[int, int] = (2, 2)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, kind)
    return out.getvalue()


def picture_address(raw: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}"


def without_line(question: Parsed) -> Parsed:
    return replace(question, line=0)


raw_texts = st.lists(
    st.one_of(st.text(AWKWARD, min_size=1, max_size=6), st.sampled_from(SNIPPETS)),
    min_size=1,
    max_size=3,
).map("".join)
plain_texts = raw_texts.map(from_plain).filter(lambda text: text and not MARKER.search(text.text))
IMAGE = f'<img src="{picture_address(picture_bytes())}" alt="vải">'
rich_texts = st.builds(
    lambda template, text: from_html(template.format(escape(text.text, quote=False))),
    st.sampled_from(
        ["<p><b>{}</b> x</p>", "<ul><li>{}</li></ul>", f"<p>{{}}{IMAGE}</p>", "<pre> {}</pre>"]
    ),
    plain_texts,
)
lines = plain_texts.map(lambda text: one_line(text.text))
names = st.text("aăđ Z5=~#{}:%<>&'$|-", max_size=8).map(one_line)
worths = st.sampled_from([100, 50, 33.33333, 0, -25, -100])


def texts(rich: bool):
    return st.one_of(plain_texts, rich_texts) if rich else plain_texts


def or_nothing(strategy):
    return st.one_of(st.just(Text()), strategy)


@st.composite
def choices(draw, text, *, single: bool):
    found = draw(
        st.lists(st.builds(Answer, text, worths, or_nothing(text)), min_size=2, max_size=4)
    )
    found[draw(st.integers(0, len(found) - 1))] = Answer(draw(text), 100, draw(or_nothing(text)))
    if not single and draw(st.booleans()):
        share = worth.short(100 / len(found))
        found = [answer._replace(worth=share) for answer in found]
    return worth.choice(found, single=single)


def wrong_in_gap(text):
    return st.fixed_dictionaries({}, optional={"feedback_wrong": text})


@st.composite
def short_answers(draw, text, *, gap: bool = False):
    found = draw(st.lists(st.builds(Answer, lines, worths, or_nothing(text)), max_size=3))
    right = draw(lines.filter(lambda line: line != "*"))  # “*” stands for whatever else is written
    found.append(Answer(right, 100, draw(or_nothing(text))))
    if gap:
        content = worth.accepting([answer for answer in found if answer.text != "*"])
        return {**content, **draw(wrong_in_gap(text))}
    if draw(st.booleans()):
        shared = draw(text)
        found = [answer._replace(worth=100, feedback=shared) for answer in found]
    if draw(st.booleans()):
        found.append(Answer("*", 0, draw(text)))
    return worth.short_answer(found)


decimals = st.decimals("-999", "999", places=2).map(worth.decimal_string)
tolerances = st.decimals("0", "9", places=2).map(worth.decimal_string)


@st.composite
def amounts(draw, text, *, gap: bool = False):
    found = draw(
        st.lists(st.builds(Amount, decimals, tolerances, worths, or_nothing(text)), max_size=2)
    )
    found.append(Amount(draw(decimals), draw(tolerances), 100, draw(or_nothing(text))))
    if not gap and draw(st.booleans()):
        found.append(Amount("*", "0", 0, draw(text)))
    content = worth.numerical(found, each=gap)
    return {"answers": content["answers"], **draw(wrong_in_gap(text))} if gap else content


@st.composite
def gap(draw, text):
    kind = draw(st.sampled_from(["single_choice", "short_answer", "numerical"]))
    if kind == "single_choice":
        content = draw(choices(text, single=True))
    elif kind == "short_answer":
        content = draw(short_answers(text, gap=True))
        content |= {"exact": True} if draw(st.booleans()) else {}
    else:
        content = draw(amounts(text, gap=True))
    weight = draw(st.integers(0, 3))
    return {"kind": kind, **content, **({"weight": weight} if weight != 1 else {})}


@st.composite
def cloze(draw, text):
    gaps = draw(st.lists(gap(text), min_size=1, max_size=3))
    markers = " ".join(f"[[{number}]]" for number in range(1, len(gaps) + 1))
    before = draw(text)
    if before.is_html:
        stem = replace(before, text=f"{before.text}<p>{markers}</p>")
    else:
        stem = Text(f"{before.text} {markers}")
    return {"stem": stem, "gaps": gaps}


def feedback_of(keys, text):
    return st.fixed_dictionaries({key: or_nothing(text) for key in keys})


@st.composite
def matching(draw, text):
    pair = st.fixed_dictionaries({"left": text, "right": text})
    return {
        "pairs": draw(st.lists(pair, min_size=2, max_size=3)),
        "distractors": draw(st.lists(text, max_size=2)),
        "feedback_right": Text(),
        "feedback_wrong": Text(),
    }


@st.composite
def of_kind(draw, kind, text):
    if kind in ("single_choice", "multiple_choice"):
        return draw(choices(text, single=kind == "single_choice"))
    if kind == "true_false":
        said = draw(feedback_of(["feedback_right", "feedback_wrong"], text))
        return {"answer": draw(st.booleans()), **said}
    if kind == "ordering":
        items = draw(st.lists(text, min_size=2, max_size=4))
        return {"items": items, **draw(feedback_of(["feedback_right", "feedback_wrong"], text))}
    made = {
        "matching": matching,
        "short_answer": short_answers,
        "numerical": amounts,
        "cloze": cloze,
    }
    return draw(made[kind](text))


@st.composite
def extras(draw, kind, text):
    """What Moodle XML can say of a question beyond GIFT."""
    more: dict = {}
    if draw(st.booleans()):
        more["points"] = draw(st.sampled_from([0, 0.5, 2, 10]))
    if draw(st.booleans()):
        more["hints"] = draw(st.lists(text, min_size=1, max_size=2))
    if kind != "true_false" and draw(st.booleans()):
        more["penalty"] = draw(st.sampled_from([0, 0.1, 1]))
    if kind in ("single_choice", "multiple_choice", "matching") and draw(st.booleans()):
        more["keep_order"] = True
        more["feedback_partial"] = draw(text)
        more["feedback_wrong"] = draw(text)
    if kind == "short_answer" and draw(st.booleans()):
        more["exact"] = True
    if kind == "numerical" and draw(st.booleans()):
        more["unit"] = "kg"
    return more


@st.composite
def questions(draw, kinds, *, xml: bool, text=None):
    """A question of one of the kinds, as it would be read from a file of the format."""
    kind = draw(st.sampled_from(kinds))
    if text is None:
        text = texts(draw(st.booleans()))
    content = {"stem": draw(text), **draw(of_kind(kind, text))}
    if draw(st.booleans()):
        content["explanation"] = draw(text)
    if xml:
        more = draw(extras(kind, text))
        if kind == "numerical" and "unit" in more:
            content["unit"] = more.pop("unit")
        content |= more
    marked = markup(content)
    parts = names.map(lambda name: name.strip("/")).filter(bool)
    return Parsed(
        kind,
        marked.content,
        0,
        name=draw(names),
        category=tuple(draw(st.lists(parts, max_size=2))),
        tags=tuple(draw(st.lists(names.filter(bool), max_size=2, unique=True))),
        pictures=marked.pictures,
    )
