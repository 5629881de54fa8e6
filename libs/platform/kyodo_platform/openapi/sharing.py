"""Problems said once: every operation may answer a dozen of them, the same ones over and over."""

from __future__ import annotations

from typing import Any

from kyodo_platform.problems import MEDIA_TYPE

Document = dict[str, Any]


def share_problems(document: Document) -> Document:
    """Put each kind of problem response into the components, under its problems' names, and refer to it.

    Halves a document. A document that was done already stays as it is.
    """
    shared: dict[str, Any] = document.setdefault("components", {}).setdefault("responses", {})
    for item in document["paths"].values():
        for operation in item.values():
            for status, response in operation["responses"].items():
                name = _name(response)
                # two refusals of one type may have other words: the second keeps its own
                if name and shared.setdefault(name, response) == response:
                    operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    return document


def _name(response: Document) -> str | None:
    """The types of the problems in a response, as a name; None for what is no problem."""
    examples = response.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {})
    return "-or-".join(sorted(examples)) or None
