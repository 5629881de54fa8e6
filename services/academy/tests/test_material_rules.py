"""The rules of materials: given, when, then."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from kyodo_academy.files.kinds import FileKind
from kyodo_academy.files.model import FileRef
from kyodo_academy.materials.model import (
    MOST_FILES,
    Material,
    MaterialDrafted,
    MaterialFileAdded,
    MaterialFileRemoved,
    MaterialIsWithdrawn,
    MaterialPublished,
    MaterialRevised,
    MaterialWithdrawn,
    TooManyFiles,
    VisibilityNotOfOwner,
)
from kyodo_academy.materials.values import MaterialContent, MaterialStatus
from kyodo_academy.visibility import Visibility
from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from kyodo_events.values.municipalities import TOKYO
from tests.support.library_desk import CHIYODA, CONTENT, MUSASHINO

FIRST = MaterialContent.model_validate(CONTENT)
NEXT = MaterialContent.model_validate(CONTENT | {"title_ja": "電子申請の広げ方"})
drafted = MaterialDrafted(municipality=CHIYODA, content=FIRST)
revised = MaterialRevised(municipality=CHIYODA, content=NEXT)
withdrawn = MaterialWithdrawn(municipality=CHIYODA, reason_ja="古い")
draft = given(Material).that(drafted)


def file(name: str = "資料.pdf", digit: str = "a") -> FileRef:
    return FileRef(name=name, kind=FileKind.PDF, size=3, digest=digit * 64)


def added(*files: FileRef) -> MaterialFileAdded:
    return MaterialFileAdded(municipality=CHIYODA, digest=files[-1].digest, files=files)


def published(number: int, content: MaterialContent, *files: FileRef) -> MaterialPublished:
    return MaterialPublished(municipality=CHIYODA, number=number, content=content, files=files)


def test_a_draft_becomes_version_after_version() -> None:
    given(Material).when(lambda one: one.begin(CHIYODA, FIRST)).then(drafted)
    assert draft.state.status is MaterialStatus.DRAFT
    draft.when(lambda one: one.publish(CHIYODA)).then(published(1, FIRST))
    first = draft.that(published(1, FIRST))
    first.when(lambda one: one.publish(CHIYODA)).then()
    first.when(lambda one: one.revise(CHIYODA, FIRST)).then()
    first.when(lambda one: one.revise(CHIYODA, NEXT)).then(revised)
    second = first.that(revised, added(file()))
    assert second.state.status is MaterialStatus.PUBLISHED
    after = second.when(lambda one: one.publish(CHIYODA)).then(published(2, NEXT, file()))
    assert (after.number, after.changed) == (2, False)


def test_files_come_and_go_with_the_next_version() -> None:
    draft.when(lambda one: one.add_file(CHIYODA, file())).then(added(file()))
    one = draft.that(added(file()))
    one.when(lambda it: it.add_file(CHIYODA, file())).then()
    one.when(lambda it: it.add_file(CHIYODA, file(digit="b"))).then(added(file(digit="b")))
    removed = MaterialFileRemoved(municipality=CHIYODA, digest="a" * 64, files=())
    one.when(lambda it: it.remove_file(CHIYODA, "a" * 64)).then(removed)
    one.when(lambda it: it.remove_file(CHIYODA, "b" * 64)).refuses(NotFound(what="file", id="b" * 64))
    one.when(lambda it: it.look_at_file(CHIYODA, "b" * 64)).refuses(NotFound(what="file", id="b" * 64))
    many = draft.that(added(*(file(f"{n}.pdf", "c") for n in range(MOST_FILES))))
    many.when(lambda it: it.add_file(CHIYODA, file())).refuses(TooManyFiles(most=MOST_FILES))
    many.when(lambda it: it.add_file(CHIYODA, file("0.pdf"))).then(
        added(*(file(f"{n}.pdf", "c") for n in range(1, MOST_FILES)), file("0.pdf"))
    )


def test_a_withdrawn_material_stays_so() -> None:
    draft.when(lambda one: one.withdraw(CHIYODA, "古い")).then(withdrawn)
    draft.when(lambda one: one.withdraw(TOKYO, "古い")).then(withdrawn)
    gone = draft.that(withdrawn)
    gone.when(lambda one: one.withdraw(CHIYODA, "再")).then()
    refused = MaterialIsWithdrawn(material_id="test")
    gone.when(lambda one: one.publish(CHIYODA)).refuses(refused)
    gone.when(lambda one: one.revise(CHIYODA, NEXT)).refuses(refused)
    gone.when(lambda one: one.add_file(CHIYODA, file())).refuses(refused)
    gone.when(lambda one: one.remove_file(CHIYODA, "a" * 64)).refuses(refused)


@pytest.mark.parametrize("other", [MUSASHINO, TOKYO])
def test_nobody_works_on_the_material_of_another(other: str) -> None:
    refused = NotFound(what="material", id="test")
    material = draft.that(added(file()))
    material.when(lambda one: one.revise(other, NEXT)).refuses(refused)
    material.when(lambda one: one.publish(other)).refuses(refused)
    material.when(lambda one: one.add_file(other, file(digit="b"))).refuses(refused)
    material.when(lambda one: one.remove_file(other, "a" * 64)).refuses(refused)
    material.when(lambda one: one.look_at_file(other, "a" * 64)).refuses(refused)
    draft.when(lambda one: one.withdraw(MUSASHINO, "古い")).refuses(refused)


@pytest.mark.parametrize(("owner", "visibility"), [(TOKYO, Visibility.MUNICIPALITY), (CHIYODA, Visibility.TOKYO)])
def test_an_owner_shows_it_to_its_own(owner: str, visibility: Visibility) -> None:
    content = FIRST.model_copy(update={"visibility": visibility})
    refused = VisibilityNotOfOwner(visibility=visibility.value, owner=owner)
    given(Material).when(lambda one: one.begin(owner, content)).refuses(refused)
    begun = given(Material).that(MaterialDrafted(municipality=owner, content=FIRST))
    begun.when(lambda one: one.revise(owner, content)).refuses(refused)


@pytest.mark.parametrize("changes", [{"visibility": "draft"}, {"tags": ["一", "一"]}, {"skills": ["a", "a"]}])
def test_what_contradicts_itself_is_no_content(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        MaterialContent.model_validate(CONTENT | changes)
