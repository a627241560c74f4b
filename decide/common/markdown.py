"""What people write in Markdown, as HTML that can do no harm."""

from collections.abc import Sequence

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token


TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
}
DEEPEST = 5

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "html_block", "html_inline"]
)


def to_html(text: str | None, top: int = 3) -> SafeString:
    """Paragraphs, lists, quotes, emphasis and links; no HTML, no images.

    Headings begin at `top`, below those that the page has, and go down one step at a time,
    however they were written, so that who listens to the page can find their way.
    """
    tokens = _parser.parse((text or "").replace("\x00", ""))
    _settle_headings(tokens, top)
    html = _parser.renderer.render(tokens, _parser.options, {})
    return mark_safe(  # noqa: S308  nh3 lets nothing but these tags pass
        nh3.clean(
            html,
            tags=TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow ugc noopener",
        )
    )


def _settle_headings(tokens: Sequence[Token], top: int) -> None:
    written = sorted({token.tag for token in tokens if token.type == "heading_open"})
    level = top - 1
    for token in tokens:
        if token.type == "heading_open":
            level = min(top + written.index(token.tag), level + 1, DEEPEST)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"
