"""A statement file holds what it says, and no field of it can be changed without being caught."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from kyodo_cost_ledger.statements.file import StatementFile
from kyodo_cost_ledger.statements.verification import lines_hash, seal_of, statement_hash, verify
from kyodo_events.canonical import content_hash
from tests.support.statement_samples import file_of, lines_of

Path = tuple[str | int, ...]


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every field of a JSON document that holds a plain value."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, (*path, name))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from leaves(part, (*path, place))
    else:
        yield path, value


def changed(value: Any) -> Any:
    """Another value of the same sort, as near as can be."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{value[:-1]}{'1' if value[-1:] != '1' else '2'}"
    return "1" if value is None else value


def with_change(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The document with one field changed."""
    found = copy.deepcopy(document)
    *way, last = path
    place: Any = found
    for step in way:
        place = place[step]
    place[last] = value
    return found


def holds(document: dict[str, Any], **options: Any) -> bool:
    """Whether a document is a statement file of which everything holds."""
    try:
        file = StatementFile.read(json.dumps(document))
    except ValidationError:
        return False
    return all(finding.holds for finding in verify(file, **options))


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "not sealed"])
def test_every_field_that_is_changed_is_caught(sealed: bool) -> None:
    document = json.loads(file_of(lines_of(), sealed=sealed).model_dump_json())
    assert holds(document)
    found = list(leaves(document))
    assert len(found) > 150
    missed = [path for path, value in found if holds(with_change(document, path, changed(value)))]
    assert missed == []


def test_a_line_that_is_added_removed_or_moved_is_caught() -> None:
    document = json.loads(file_of(lines_of()).model_dump_json())
    lines = document["lines"]
    assert not holds({**document, "lines": lines[:-1]})
    assert not holds({**document, "lines": [*lines, lines[-1]]})
    assert not holds({**document, "lines": [lines[1], lines[0], *lines[2:]]})
    assert not holds({**document, "projects": document["projects"][:-1]})


def test_a_field_that_nobody_knows_is_no_statement_file() -> None:
    document = json.loads(file_of(lines_of()).model_dump_json())
    assert not holds({**document, "remark": "paid"})


def test_a_forged_file_that_fits_in_itself_does_not_have_the_published_seal() -> None:
    published = file_of(lines_of())
    assert published.sealed is not None
    forged = file_of(lines_of(projects=1))
    assert forged.sealed is not None
    assert holds(json.loads(forged.model_dump_json()))
    assert holds(json.loads(published.model_dump_json()), seal=published.sealed.seal)
    assert not holds(json.loads(forged.model_dump_json()), seal=published.sealed.seal)
    unsealed = json.loads(file_of(lines_of(), sealed=False).model_dump_json())
    assert not holds(unsealed, seal=published.sealed.seal)


def test_anybody_can_compute_the_hashes_again() -> None:
    """By the words of docs/decisions/0020, with nothing but JSON and SHA-256."""
    document = json.loads(file_of(lines_of()).model_dump_json())
    of_lines = content_hash({"salt": document["salt"], "lines": document["lines"]})
    assert document["lines_hash"] == of_lines == lines_hash(document["salt"], document["lines"])
    whole = content_hash({**document["heading"], "lines_hash": of_lines})
    assert document["statement_hash"] == whole == statement_hash(document["salt"], document["heading"], of_lines)
    sealed = document["sealed"]
    covered = {
        "previous_seal": sealed["previous_seal"],
        "period": sealed["period"],
        "statements": sealed["statement_hashes"],
    }
    assert sealed["seal"] == content_hash(covered)
    assert seal_of(None, "2024-04", ["b", "a"]) == seal_of(None, "2024-04", ["a", "b"])


def test_the_salt_hides_amounts_that_could_be_guessed() -> None:
    lines = [line.model_dump(mode="json") for line in file_of(lines_of()).lines]
    assert len({lines_hash(f"{place:02x}" * 32, lines) for place in range(16)}) == 16


def test_a_statement_of_before_salts_is_checked_by_its_amounts() -> None:
    file = file_of(lines_of(), sealed=False)
    plain = [line.model_dump(mode="json") for line in file.lines]
    old = lines_hash("", plain)
    amounts = [{name: line[name] for name in ("project_id", "book", "item", "month", "amount")} for line in plain]
    assert old == content_hash([*amounts])
    document = json.loads(file.model_dump_json()) | {"salt": "", "lines_hash": old, "statement_hash": old}
    assert holds(document)
    document["lines"][0]["amount"] += 1
    assert not holds(document)
