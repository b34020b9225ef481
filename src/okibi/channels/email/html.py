"""HTML bodies: made safe to show, and turned into text.

Nothing in the safe HTML runs, frames, submits or loads: scripts and forms are gone, styles are reduced to colours and
spacing, and images elsewhere keep their address in ``data-remote-src`` until the reader asks for them. Pictures that
came with the mail keep their ``cid:`` address for the console to map.
"""

import html as entities
import re
from dataclasses import dataclass

import lxml.html
import nh3
from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement
from lxml import etree

MAX_SAFE = 3_000_000  # characters that are made safe
MAX_TEXT = 1_000_000  # characters that are laid out as text; beyond it tags are cut out plainly

_REMOTE = "okibi-remote:"
_SOURCE = f'src="{_REMOTE}'


def _words(text: str) -> set[str]:
    return set(text.split())


_TAGS = _words(
    "a abbr address article aside b bdi bdo big blockquote body br caption center cite code col colgroup"
    " dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins"
    " kbd li main mark ol p pre q s samp section small span strike strong sub summary sup table tbody td"
    " tfoot th thead time tr tt u ul var wbr"
)
_DROPPED = {"script", "style", "title", "head", "iframe", "object", "embed", "applet", "noscript", "noembed"}
_DROPPED |= {"template", "svg", "math", "select", "textarea"}
_DROPPED |= {"xml", "audio", "video", "canvas", "map", "frameset"}
_SIZES = {"width", "height", "align", "valign", "bgcolor"}
_ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title"},
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height", "border", "align"},
    "font": {"color", "size", "face"},
    "table": _SIZES | {"border", "cellpadding", "cellspacing"},
    "tr": _SIZES,
    "td": _SIZES | {"colspan", "rowspan", "nowrap"},
    "th": _SIZES | {"colspan", "rowspan", "nowrap"},
    "col": {"span", "width"},
    "ol": {"start", "type"},
    "li": {"value"},
    "p": {"align"},
    "div": {"align"},
    "blockquote": {"type"},
}
_STYLES = _words(
    "color background-color font-family font-size font-style font-weight font-variant line-height text-align"
    " text-decoration text-indent text-transform vertical-align white-space padding padding-left"
    " padding-right padding-top padding-bottom border border-left border-right border-top border-bottom"
    " border-color border-style border-width border-collapse border-spacing list-style-type width max-width"
)
_SPACE_AND_CONTROLS = re.compile(r"[\x00-\x20\x7f-\xa0\u200b\ufeff]+")
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,", re.IGNORECASE)
_LINK_SCHEMES = ("http:", "https:", "mailto:", "tel:")
_LEADING_HEAD = re.compile(r"^\s*(?:<\?xml[^>]*>)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML that is safe to show, whether images elsewhere were held back, and which pictures of the mail it shows."""

    html: str
    remote_images: bool
    content_ids: frozenset[str]


def _filter(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "style":
        # Nothing that is allowed needs an address or a function, so whoever writes one wants something else.
        return None if re.search(r"url|expression|import|\\", value, re.IGNORECASE) else value
    if attribute == "href":
        return value if _SPACE_AND_CONTROLS.sub("", value).lower().startswith(_LINK_SCHEMES) else None
    if attribute == "src":
        return _image(tag, value.strip())
    return value


def _image(tag: str, value: str) -> str | None:
    plain = _SPACE_AND_CONTROLS.sub("", value)
    lower = plain.lower()
    if tag != "img" or len(plain) > 2_000_000:
        return None
    if lower.startswith("cid:") or _DATA_IMAGE.match(plain):
        return plain
    if lower.startswith(("http://", "https://")):
        return _REMOTE + plain
    return f"{_REMOTE}https:{plain}" if plain.startswith("//") else None


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED,
    attributes=_ATTRIBUTES,
    attribute_filter=_filter,
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
    filter_style_properties=_STYLES,
    strip_comments=True,
)
_OPENING = re.compile(r"<(/?)([a-zA-Z]+)")
_NEVER_NESTED = {"p", "li", "td", "th", "tr", "dd", "dt", "br", "hr", "img"}
_NEVER_NESTED |= {"meta", "link", "input", "col", "wbr", "area", "base", "option"}
_MAX_NESTED, _MAX_AMPERSANDS = 3000, 100_000


def _hostile(html: str) -> bool:
    """Whether the cleaner would take more than linear time: tags nested thousands deep, or a sea of ampersands."""
    if html.count("&") > _MAX_AMPERSANDS:
        return True
    if html.count("<") - 2 * html.count("</") < _MAX_NESTED:
        return False
    depth = 0
    for match in _OPENING.finditer(html):
        if match[2].lower() in _NEVER_NESTED:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > _MAX_NESTED:
            return True
    return False


_CID = re.compile(r'src="cid:([^"]{1,500})"')


def sanitise(html: str) -> SafeHtml:
    """The part of an HTML body that may be shown. Never raises."""
    if not html:
        return SafeHtml("", remote_images=False, content_ids=frozenset())
    html = html[:MAX_SAFE].replace("\0", "")
    if _hostile(html):
        return SafeHtml(from_text(_tidy(_plainly(html))[:100_000]), remote_images=False, content_ids=frozenset())
    safe = _CLEANER.clean(html)
    remote = _SOURCE in safe
    if remote:
        # The cleaner writes every quote inside a value as an entity, so this can't be anything but an attribute.
        safe = safe.replace(_SOURCE, 'data-remote-src="')
    ids = frozenset(entities.unescape(found) for found in _CID.findall(safe)) if "cid:" in safe else frozenset()
    return SafeHtml(safe.strip(), remote, ids)


_BLOCK = HtmlElement(display=Display.block)
_PROFILE = ParserConfig(
    css={**CSS_PROFILES["strict"], "table": _BLOCK, "hr": _BLOCK}, display_links=False, display_images=False
)
_PARSER = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8", no_network=True)
_TAG = re.compile(r"<[^<>]{0,5000}>")
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]{0,500}>", re.IGNORECASE)
_QUOTE_OPEN, _QUOTE_CLOSE = "\ue0f0", "\ue0f1"
_BLANK_LINES = re.compile(r"\n{3,}")


def to_text(html: str) -> str:
    """The text of an HTML body; quotes get ``> `` before their lines, as mail programs show them. Never raises."""
    html = html.replace("\0", "").replace(_QUOTE_OPEN, "").replace(_QUOTE_CLOSE, "")
    if not html.strip():
        return ""
    text = None
    if len(html) <= MAX_TEXT:
        try:
            text = _laid_out(html)
        except (etree.LxmlError, ValueError, RecursionError, AssertionError, AttributeError, IndexError, KeyError):
            text = None  # the layout engine is made for web pages, and mails are not always that
    laid_out = _tidy(_marked_quotes(text)) if text is not None else ""
    # A tree cut at the parser's greatest depth has lost its text.
    return laid_out or _tidy(_plainly(html))


def _laid_out(html: str) -> str:
    tree = lxml.html.document_fromstring(
        _LEADING_HEAD.sub("", html, count=1).encode("utf-8", "replace"), parser=_PARSER
    )
    for node in tree.xpath("//script|//style|//head|//title|//noscript|//template|//textarea|//select|//iframe"):
        node.drop_tree()
    for table in tree.xpath("//table"):
        if table.getparent() is not None:
            table.addprevious(lxml.html.Element("div"))  # a table begins on a line of its own
    for quote in tree.xpath("//blockquote"):
        if _is_quote(quote):
            _mark(quote)
    return str(Inscriptis(tree, _PROFILE).get_text())


def _is_quote(node: "lxml.html.HtmlElement") -> bool:
    """Whether a blockquote is somebody's earlier words and not an indent made with the wrong button."""
    style = (node.get("style") or "").lower().replace(" ", "")
    return not ("border:none" in style and "margin:000" in style and "padding:0" in style)


def _mark(node: "lxml.html.HtmlElement") -> None:
    opening = lxml.html.Element("div")
    opening.text = _QUOTE_OPEN
    opening.tail = node.text
    node.text = None
    node.insert(0, opening)
    closing = lxml.html.Element("div")
    closing.text = _QUOTE_CLOSE
    node.append(closing)


def _marked_quotes(text: str) -> str:
    if _QUOTE_OPEN not in text:
        return text
    lines, depth = [], 0
    for line in text.split("\n"):
        opened, closed = line.count(_QUOTE_OPEN), line.count(_QUOTE_CLOSE)
        bare = line.replace(_QUOTE_OPEN, "").replace(_QUOTE_CLOSE, "")
        depth = min(20, depth + opened)
        if bare.strip() or not (opened or closed):
            lines.append(f"{'>' * depth} {bare.strip()}".rstrip() if depth else bare)
        depth = max(0, depth - closed)
    return "\n".join(lines)


_SILENT = re.compile(r"<(script|style|head|title)\b", re.IGNORECASE)


def _plainly(html: str) -> str:
    body = _without_silent(html[: 5 * MAX_TEXT])
    return entities.unescape(_TAG.sub("", _BREAK.sub("\n", body)))


def _without_silent(html: str) -> str:
    """The HTML without elements whose text nobody sees; each closing tag is looked for once."""
    lower, kept, position = html.lower(), [], 0
    unclosed: set[str] = set()
    for match in _SILENT.finditer(html):
        tag = match[1].lower()
        if match.start() < position or tag in unclosed:
            continue
        end = lower.find(f"</{tag}", match.end())
        if end < 0:
            unclosed.add(tag)
            continue
        kept.append(html[position : match.start()])
        position = end
    kept.append(html[position:])
    return "".join(kept)


def _tidy(text: str) -> str:
    text = text.replace("\u00a0", " ").replace("\u00ad", "").replace("\u200b", "").replace("\ufeff", "")
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line), default=0)
    return _BLANK_LINES.sub("\n\n", "\n".join(line[indent:] for line in lines)).strip("\n")


def from_text(text: str) -> str:
    """Plain text as HTML, for a mail that mixes both."""
    return f"<div>{entities.escape(text).replace(chr(10), '<br>')}</div>"
