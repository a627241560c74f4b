"""What people write in Markdown, as HTML that can do no harm."""

import re
from collections.abc import Iterator, Mapping, Sequence

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


# Not inside a word, so that an e-mail address names nobody.
NAMED = re.compile(r"(?<![\w@./-])@([a-z0-9]+(?:-[a-z0-9]+)*)(?![\w@])", re.IGNORECASE)


def to_html(text: str | None, top: int = 3, people: Mapping[str, str] | None = None) -> SafeString:
    """Paragraphs, lists, quotes, emphasis and links; no HTML, no images.

    Headings begin at `top`, below those that the page has, and go down one step at a time,
    however they were written, so that who listens to the page can find their way. `people`
    are the addresses of those whose short names, after an @, become links.
    """
    tokens = _parser.parse((text or "").replace("\x00", ""))
    _settle_headings(tokens, top)
    if people:
        _link_people(tokens, people)
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


def _link_people(tokens: Sequence[Token], people: Mapping[str, str]) -> None:
    """In running text alone: neither in code nor inside another link."""
    for token in tokens:
        if token.type != "inline" or not token.children:
            continue
        children, links = [], 0
        for child in token.children:
            links += (child.type == "link_open") - (child.type == "link_close")
            is_text = child.type == "text" and not links
            children += _named(child, people) if is_text else [child]
        token.children = children


def _named(token: Token, people: Mapping[str, str]) -> Iterator[Token]:
    end = 0
    for found in NAMED.finditer(token.content):
        address = people.get(found[1].lower())
        if address is None:
            continue
        yield Token("text", "", 0, content=token.content[end : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": address})
        yield Token("text", "", 0, content=found[0])
        yield Token("link_close", "a", -1)
        end = found.end()
    yield Token("text", "", 0, content=token.content[end:])
