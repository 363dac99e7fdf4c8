"""The text of content files: a small part of CommonMark, as the rich text that Wagtail keeps."""

from markdown_it import MarkdownIt

_PARSER = MarkdownIt("zero", {"html": False}).enable(
    ["heading", "list", "emphasis", "link", "escape", "newline", "backticks"]
)
_TAGS = {"strong": "b", "em": "i"}
SAFE_ADDRESSES = ("https://", "http://", "tel:", "/", "#")


class NotOurMarkdown(Exception):
    """Text uses something that lessons do not have. `line` counts from 0 within the text."""

    def __init__(self, line: int, message: str):
        self.line = line
        super().__init__(message)


def rich_text(text: str, *, headings: bool = False) -> str:
    """Return `text` as HTML with p, b, i, ul, ol, li, a and, where allowed, h2 and h3.

    Raises NotOurMarkdown for anything else: code, other headings, addresses that are not web
    addresses.
    """
    tokens = _PARSER.parse(text)
    for token in tokens:
        line = token.map[0] if token.map else 0
        if token.type == "heading_open" and (not headings or token.tag not in ("h2", "h3")):
            raise NotOurMarkdown(line, "a heading must be ## or ###, and stand outside blocks")
        for child in token.children or []:
            if child.type == "code_inline":
                raise NotOurMarkdown(line, "no `code` in lessons: use quotation marks")
            address = str(child.attrs.get("href", ""))
            if child.type == "link_open" and not address.startswith(SAFE_ADDRESSES):
                raise NotOurMarkdown(line, f"not a web address: {address}")
            child.tag = _TAGS.get(child.tag, child.tag)
    return _PARSER.renderer.render(tokens, _PARSER.options, {}).strip()
