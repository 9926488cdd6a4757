"""Make an SVG picture safe and fit to stand inside a page: only drawing is left of it.

What is known and may act or fetch (scripts, event handlers, foreign content, animation,
references outside the picture) is taken out; an element that is not known is an error.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from coverage_lib.errors import BriefingError

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

_DRAWING = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath"
    " image title desc clipPath mask pattern marker linearGradient radialGradient stop style"
    " switch filter feGaussianBlur feOffset feMerge feMergeNode feFlood feComposite feBlend"
    " feColorMatrix".split()
)
_REMOVED = frozenset(
    "script foreignObject metadata a iframe audio video animate animateMotion animateTransform"
    " animateColor set discard handler listener view cursor mpath".split()
)

_LOCAL_URL = re.compile(r"""url\(\s*(["']?)#([^)"']+)\1\s*\)""")
_ANY_URL = re.compile(r"url\(|@import|expression\(|javascript:|\\", re.IGNORECASE)
_INLINE_IMAGE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]+")
_LENGTH = re.compile(r"\s*([0-9.]+(?:[eE][-+]?[0-9]+)?)\s*(px|pt|in|mm|cm|)\s*")
_CSS_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")

#: CSS pixels in one unit.
_PIXELS = {"px": 1.0, "": 1.0, "pt": 96 / 72, "in": 96.0, "mm": 96 / 25.4, "cm": 96 / 2.54}


@dataclass(frozen=True, slots=True)
class Picture:
    """A cleaned picture: its markup, and its natural size in points."""

    svg: str
    width: float
    height: float


def clean_svg(svg: str, prefix: str, alt: str) -> Picture:
    """The picture with only drawing left, ids that begin with `prefix`, and `alt` as its name.

    Text that is not well-formed XML, whose root is not svg, that declares entities, that has
    no size, or that holds an unknown element is a `BriefingError` naming `prefix`.
    """
    root = _parse(svg, prefix)
    _keep_drawing(root, prefix)
    width, height = _natural_size(root, prefix)
    _prefix_identifiers(root, prefix)
    for name in ("width", "height", "x", "y", "class", "style", "version", "aria-labelledby"):
        root.attrib.pop(name, None)
    root.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "id": f"{prefix}-picture",
        "role": "img",
        "aria-label": alt,
        **{name: value for name, value in root.attrib.items() if name not in ("id", "role")},
        "width": f"{width:g}pt",
        "height": f"{height:g}pt",
    }
    markup = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    return Picture(markup, width, height)


def _parse(svg: str, prefix: str) -> Element:
    # Without entity declarations neither expansion bombs nor file inclusion are possible;
    # a DOCTYPE alone (matplotlib writes one) is never fetched by the parser.
    if "<!ENTITY" in svg.upper():
        raise BriefingError(f"figure {prefix}: the SVG declares entities; write it without them.")
    try:
        root = ET.fromstring(svg)  # noqa: S314  # see above
    except ET.ParseError as error:
        raise BriefingError(f"figure {prefix}: the SVG is not well-formed XML ({error}).") from None
    if root.tag not in (f"{_SVG}svg", "svg"):
        raise BriefingError(f"figure {prefix}: the picture is {root.tag}, svg expected.")
    return root


def _keep_drawing(element: Element, prefix: str) -> None:
    """Drop what acts or fetches, here and below, and take the namespaces off the names."""
    element.tag = element.tag.removeprefix(_SVG)
    element.attrib = dict(_safe_attributes(element))
    if element.tag == "style":
        element.text = _safe_style_sheet(element.text or "")
    if element.tag in ("title", "desc", "style"):
        del element[:]
    for child in list(element):
        name = child.tag.removeprefix(_SVG)
        if name in _DRAWING:
            _keep_drawing(child, prefix)
        elif name in _REMOVED or name.startswith("{"):
            _remove_keeping_tail(element, child)
        else:
            raise BriefingError(
                f"figure {prefix}: element {name} of the SVG is not allowed."
                " Draw the figure with shapes, text and images only."
            )


def _remove_keeping_tail(parent: Element, child: Element) -> None:
    position = list(parent).index(child)
    if child.tail and position:
        parent[position - 1].tail = (parent[position - 1].tail or "") + child.tail
    elif child.tail:
        parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def _safe_attributes(element: Element) -> Iterator[tuple[str, str]]:
    for name, value in sorted(element.attrib.items()):
        if name in (_XLINK_HREF, "href"):
            if value.startswith("#") or (element.tag == "image" and _INLINE_IMAGE.fullmatch(value)):
                yield "href", value
        elif name == _XML_SPACE:
            yield "style", "white-space: pre"
        elif name.startswith("{") or name.lower().startswith("on"):
            continue
        elif not _ANY_URL.search(_LOCAL_URL.sub("", value)):
            yield name, value


def _safe_style_sheet(sheet: str) -> str:
    """The plain rules of a style sheet; at-rules and rules that fetch are left out."""
    without_comments = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    rules = (
        (selector.strip(), body.strip()) for selector, body in _CSS_RULE.findall(without_comments)
    )
    return " ".join(
        f"{selector} {{{body}}}"
        for selector, body in rules
        if "@" not in selector and not _ANY_URL.search(_LOCAL_URL.sub("", body))
    )


def _natural_size(root: Element, prefix: str) -> tuple[float, float]:
    """Width and height in points; the view box is made when the picture has none."""
    box = [float(part) for part in re.findall(r"[-0-9.eE+]+", root.get("viewBox", ""))]
    lengths = [_LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
    sizes = [float(found[1]) * _PIXELS[found[2]] * 0.75 for found in lengths if found]
    if len(sizes) == 2 and min(sizes) > 0:
        if len(box) != 4:
            root.set("viewBox", f"0 0 {sizes[0] / 0.75:g} {sizes[1] / 0.75:g}")
        return sizes[0], sizes[1]
    if len(box) == 4 and min(box[2:]) > 0:
        return box[2] * 0.75, box[3] * 0.75
    raise BriefingError(
        f"figure {prefix}: the SVG has no size. Give it width and height, or a viewBox."
    )


def _prefix_identifiers(root: Element, prefix: str) -> None:
    """Rename every id and what refers to it, and bind style rules to this picture alone."""
    known = {found for element in root.iter() if (found := element.get("id"))}

    def renamed(identifier: str) -> str:
        return f"{prefix}-{identifier}" if identifier in known else identifier

    for element in root.iter():
        for name, value in element.attrib.items():
            if name in ("id", "aria-labelledby"):
                element.set(name, renamed(value))
            elif name == "href" and value.startswith("#"):
                element.set(name, f"#{renamed(value[1:])}")
            elif "url(" in value:
                element.set(name, _LOCAL_URL.sub(lambda m: f"url(#{renamed(m[2])})", value))
        if element.tag == "style":
            element.text = _bound_rules(element.text or "", f"#{prefix}-picture", known, prefix)


def _bound_rules(sheet: str, scope: str, known: set[str], prefix: str) -> str:
    def bound(selector: str) -> str:
        own = re.sub(
            r"#([\w-]+)", lambda m: f"#{prefix}-{m[1]}" if m[1] in known else m[0], selector
        )
        return f"{scope} {own.strip()}"

    return " ".join(
        f"{', '.join(bound(one) for one in selectors.split(','))} {{{body}}}"
        for selectors, body in _CSS_RULE.findall(sheet)
    )
