"""`kyodo contracts`: what a developer sees who forgot to generate, or who changed an event without a new version."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kyodo_local import contract_documents, edge_documents
from kyodo_local.contracts_cli import app

CONTRACTS = Path(__file__).parents[3] / "contracts"
USED = "schemas/kyodo.procurement.service-used.v1.json"
PROCUREMENT = "asyncapi/procurement.json"
LEDGER = "openapi/cost-ledger.json"


def contracts(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Test", "-c", "user.email=test@kyodo.test")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture(autouse=True)
def _one_openapi_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """One service's, as it is committed: making all takes ten seconds, and test_openapi compares them with the code."""
    committed = (CONTRACTS / LEDGER).read_text(encoding="utf-8")
    monkeypatch.setattr(contract_documents, "openapi_documents", lambda: {LEDGER: json.loads(committed)})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The documents of the code in a git repository, not committed yet."""
    git(tmp_path, "init", "--quiet")
    return generated(tmp_path / "contracts")


def generated(folder: Path) -> Path:
    """The documents of the code, over those of earlier versions, which no code describes any more."""
    shutil.copytree(CONTRACTS, folder, ignore=shutil.ignore_patterns("openapi"))
    assert contracts("generate", "--folder", str(folder)).exit_code == 0
    return folder


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "contracts")


def test_what_was_generated_and_committed_passes(folder: Path) -> None:
    assert contracts("check", "--folder", str(folder)).exit_code == 0
    commit(folder)
    answer = contracts("check", "--folder", str(folder))
    assert answer.exit_code == 0, answer.output
    assert "nobody is broken" in answer.output
    assert "up to date" in contracts("generate", "--folder", str(folder)).output


def test_documents_that_were_not_generated_anew_fail(folder: Path) -> None:
    commit(folder)
    edit(folder / USED, lambda schema: schema.update(description="Other words."))
    (folder / PROCUREMENT).unlink()
    answer = contracts("check", "--folder", str(folder))
    assert answer.exit_code == 1
    assert answer.output.count("not generated anew") == 2
    assert "kyodo contracts generate" in answer.output
    assert "incompatible" not in answer.output


def test_an_event_that_changed_without_a_new_version_fails_even_when_generated(folder: Path) -> None:
    edit(folder / USED, lambda schema: schema["properties"]["quantity"].update(maximum=5))
    edit(
        folder / PROCUREMENT,
        lambda api: api["channels"]["kyodo.procurement.usage.v1"]["bindings"]["kafka"].update(partitions=7),
    )
    commit(folder)  # as if the code had said so once
    assert USED in contracts("generate", "--folder", str(folder)).output
    answer = contracts("check", "--folder", str(folder))
    assert answer.exit_code == 1
    assert f"incompatible with HEAD: {USED}: quantity: 'maximum' changed from 5 to 1000000000" in answer.output
    assert "set version=2 on the class" in answer.output
    assert "the topic kyodo.procurement.usage.v1 has 6 partitions, it had 7" in answer.output
    assert "not generated anew" not in answer.output


def test_an_http_interface_that_breaks_its_clients_fails_even_when_generated(folder: Path) -> None:
    path = "/v1/gone/{period}"

    def once_more(api: dict[str, Any]) -> None:
        api["paths"][path] = {"get": {"responses": {}}}
        api["components"]["schemas"]["AuditReport"]["properties"]["gone"] = {"type": "string"}

    edit(folder / LEDGER, once_more)
    commit(folder)
    assert LEDGER in contracts("generate", "--folder", str(folder)).output
    answer = contracts("check", "--folder", str(folder))
    assert answer.exit_code == 1
    assert f"incompatible with HEAD: {LEDGER}: GET {path}: the operation is gone, and nobody was told" in answer.output
    assert "gone: is not answered any more" in answer.output
    assert "declare it deprecated with a sunset" in answer.output


def test_a_clean_checkout_of_a_breaking_commit_fails(folder: Path) -> None:
    edit(folder / USED, lambda schema: schema["properties"].pop("record"))
    commit(folder)
    contracts("generate", "--folder", str(folder))
    commit(folder)
    answer = contracts("check", "--folder", str(folder))
    assert answer.exit_code == 1
    assert "incompatible with HEAD~1" in answer.output
    assert contracts("check", "--folder", str(folder), "--against", "HEAD").exit_code == 0


def test_an_earlier_version_is_taken_from_what_was_committed(folder: Path) -> None:
    """Generating before the version was raised overwrites the earlier document; generating again mends it."""
    commit(folder)
    committed = (folder / USED).read_text(encoding="utf-8")
    edit(folder / USED, lambda schema: schema["properties"].pop("record"))
    contracts("generate", "--folder", str(folder))
    assert (folder / USED).read_text(encoding="utf-8") == committed


def test_without_git_the_folder_is_the_baseline(tmp_path: Path) -> None:
    folder = generated(tmp_path / "contracts")
    assert contracts("check", "--folder", str(folder)).exit_code == 0
    edit(folder / USED, lambda schema: schema["required"].remove("record"))
    answer = contracts("check", "--folder", str(folder))
    assert answer.exit_code == 1
    assert "incompatible with the documents in the folder" in answer.output


def test_what_is_wrong_with_the_call_is_said(folder: Path) -> None:
    answer = contracts("check", "--folder", str(folder), "--against", "no-such-branch")
    assert answer.exit_code == 2
    assert "does not know the revision no-such-branch" in answer.output
    (folder / USED).write_text("[broken", encoding="utf-8")
    answer = contracts("check", "--folder", str(folder))
    assert answer.exit_code == 1
    assert f"{USED} is not JSON" in answer.output


@pytest.mark.parametrize("path", [edge_documents.PAGE, edge_documents.CATALOGUE])
def test_what_the_edge_serves_beside_them_is_compared_and_made_anew(folder: Path, path: str) -> None:
    commit(folder)
    assert contracts("check", "--folder", str(folder)).exit_code == 0
    (folder / path).write_text("changed by hand", encoding="utf-8")
    answer = contracts("check", "--folder", str(folder))
    assert answer.exit_code == 1
    assert path in answer.output
    assert contracts("generate", "--folder", str(folder)).exit_code == 0
    assert (folder / path).read_text(encoding="utf-8") == (CONTRACTS / path).read_text(encoding="utf-8")
