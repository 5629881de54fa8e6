"""An AsyncAPI document as a page for people: topics with their keys and retention, each event with its fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from kyodo_platform import html
from kyodo_platform.openapi.shapes import ANY, resolved, shapes

Document = dict[str, Any]

_DEPTH = 5  # of fields within fields; contracts end before
_DAY_MS = 24 * 60 * 60 * 1000


def asyncapi_page(document: Document) -> str:
    """The page. Whatever the document says is escaped."""
    info, channels = document["info"], document["channels"]
    intro = (
        f"<h1>{escape(info['title'])}</h1>{_paragraphs(info['description'])}"
        '<p><a href="asyncapi.json">asyncapi.json</a> (AsyncAPI 3.0)</p>'
    )
    contents = html.table(
        ["Topic", "Events", "Partitions", "Kept", "Key"], (_summary(document, c) for c in channels.values())
    )
    envelope = f"<h2>Headers ヘッダー</h2>{_fields(document, document['components']['schemas']['CloudEvent'])}"
    sections = (_channel(document, channel) for channel in channels.values())
    return html.document(info["title"], intro, f"<h2>Topics トピック</h2>{contents}", envelope, *sections)


def _summary(document: Document, channel: Document) -> Iterator[str]:
    kafka, address = channel["bindings"]["kafka"], channel["address"]
    yield f'<a href="#{escape(address)}">{escape(address)}</a>'
    yield str(len(channel["messages"]))
    yield str(kafka["partitions"])
    yield _kept(kafka["topicConfiguration"]["retention.ms"])
    keys = (_key(resolved(document, message)) for message in channel["messages"].values())
    yield ", ".join(dict.fromkeys(keys))


def _kept(milliseconds: int) -> str:
    return "for good 無期限" if milliseconds < 0 else f"{milliseconds / _DAY_MS:g} days 日"


def _key(message: Document) -> str:
    key = message["bindings"]["kafka"]["key"]
    return html.code(key["x-field"]) if "x-field" in key else "the aggregate's id"


def _channel(document: Document, channel: Document) -> str:
    address = escape(channel["address"])
    messages = (_message(document, resolved(document, message)) for message in channel["messages"].values())
    return f'<h2 id="{address}">{address}</h2>{_paragraphs(channel["description"])}{"".join(messages)}'


def _message(document: Document, message: Document) -> str:
    examples = "".join(
        f"<details><summary>Example 例: {escape(example['summary'])}</summary>"
        f"<pre>{escape(_json(example['headers']))}</pre><pre>{escape(_json(example['payload']))}</pre></details>"
        for example in message.get("examples", ())
    )
    name = escape(message["name"])
    key = f"<p>Record key: {_key(message)}</p>"
    fields = _fields(document, message["payload"])
    return f'<h3 id="{name}">{name}</h3>{_paragraphs(message["description"])}{key}{fields}{examples}'


def _fields(document: Document, schema: Document) -> str:
    return html.table(["Field", "Type", "", "Meaning"], _rows(document, schema, ""))


def _rows(document: Document, schema: Document, prefix: str, depth: int = 0) -> Iterator[tuple[str, str, str, str]]:
    """A line a field, those of objects and of lists of objects below their field's."""
    for shape in shapes(document, schema):
        required = set(shape.get("required", ()))
        for name, field in shape.get("properties", {}).items():
            needed = "required" if name in required else "optional"
            described = escape(_description(document, field))
            yield html.code(prefix + name), escape(_type(document, field)), needed, described
            if depth < _DEPTH:
                yield from _rows(document, field, f"{prefix}{name}.", depth + 1)
                for inner in shapes(document, field):
                    yield from _rows(document, inner.get("items", False), f"{prefix}{name}[].", depth + 1)


def _description(document: Document, field: Document) -> str:
    return str(field.get("description") or resolved(document, field).get("description", ""))


def _type(document: Document, field: Document) -> str:
    return " or ".join(dict.fromkeys(_kind(shape) for shape in shapes(document, field)))


def _kind(shape: Document) -> str:
    if "const" in shape:
        return _json(shape["const"])
    if "enum" in shape:
        return ", ".join(map(_json, shape["enum"]))
    kind = "anything" if shape["type"] == ANY else str(shape["type"])
    said = [str(shape[keyword]) for keyword in ("format", "pattern") if keyword in shape]
    return f"{kind} ({', '.join(said)})" if said else kind


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in text.split("\n\n"))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1 if isinstance(value, dict) else None)
