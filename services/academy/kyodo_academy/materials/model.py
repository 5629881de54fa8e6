"""A material: drafted, published as version after version, withdrawn.

What is worked on is the next version: publishing makes it a version that never changes, and whoever cites one finds
it as it was. The files of a version are named by their digests, so an unchanged file of the next version costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Final, Self

from pydantic import Field

from kyodo_academy.files.model import FileDigest, FileRef
from kyodo_academy.materials.values import MaterialContent, MaterialNumber, MaterialStatus
from kyodo_academy.visibility import Visibility
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import TOKYO, Party
from kyodo_events.values.texts import Line

MOST_FILES: Final = 20

FileList = Annotated[tuple[FileRef, ...], Field(max_length=MOST_FILES)]


class _OfOwner(Event):
    """Something about a material of a municipality, or of Tokyo."""

    municipality: Party


class MaterialDrafted(_OfOwner, type="kyodo.academy.material-drafted", words="{municipality}が資料を起案した"):
    """A material was begun. What it says is nobody's business yet, so the words do not tell it."""

    content: MaterialContent


class MaterialRevised(_OfOwner, type="kyodo.academy.material-revised", words="{municipality}が資料の次の版を改めた"):
    """The next version is to say this."""

    content: MaterialContent


class MaterialFileAdded(_OfOwner, type="kyodo.academy.material-file-added", words="資料の次の版にファイルを加えた"):
    """The next version has a further file, or another one under a name that it had; `files` are all of them."""

    digest: FileDigest
    files: FileList


class MaterialFileRemoved(
    _OfOwner, type="kyodo.academy.material-file-removed", words="資料の次の版からファイルを外した"
):
    """The next version has a file less."""

    digest: FileDigest
    files: FileList


class MaterialPublished(
    _OfOwner, type="kyodo.academy.material-published", words="資料「{content.title_ja}」第{number}版を公開した"
):
    """What was worked on is a version from now on, and the one that people see."""

    number: MaterialNumber
    content: MaterialContent
    files: FileList


class MaterialWithdrawn(_OfOwner, type="kyodo.academy.material-withdrawn", words="資料の公開を終了した（{reason_ja}）"):
    """Nobody sees it any more but those in charge."""

    reason_ja: Line


class MaterialIsWithdrawn(Refused):
    status, type = 409, "material-withdrawn"
    title = "The material is withdrawn (公開を終了した資料)"
    detail = "The material {material_id} was withdrawn and does not change any more."
    remedy = "Begin a new material."


class VisibilityNotOfOwner(Refused):
    status, type = 422, "visibility-not-of-owner"
    title = "The owner cannot show it to these (所有団体と公開範囲の不一致)"
    detail = "'{visibility}' is no visibility for a material of {owner}."
    remedy = "Tokyo shows materials to everybody, to officials or to Tokyo's; a municipality to its own in place of the"
    remedy += " last."


class TooManyFiles(Refused):
    status, type = 409, "too-many-files"
    title = "The material has enough files (ファイル数の上限)"
    detail = "A material has at most {most} files."
    remedy = "Remove one first, or divide the material into several."


@dataclass(frozen=True)
class Material(Aggregate, category="material"):
    """A material. `content` and `files` are the next version's, `changed` says whether they differ from the last."""

    owner: str = ""
    content: MaterialContent | None = None
    files: tuple[FileRef, ...] = ()
    changed: bool = False
    number: int = 0
    withdrawn: bool = False

    @property
    def status(self) -> MaterialStatus:
        """How far it has come."""
        if self.withdrawn:
            return MaterialStatus.WITHDRAWN
        return MaterialStatus.PUBLISHED if self.number else MaterialStatus.DRAFT

    # decisions

    def begin(self, owner: str, content: MaterialContent) -> Events:
        """Begin a material of this owner."""
        _require_for(owner, content.visibility)
        yield MaterialDrafted(municipality=owner, content=content)

    def revise(self, owner: str, content: MaterialContent) -> Events:
        """Say what the next version is to say."""
        self._workable(owner)
        _require_for(owner, content.visibility)
        if content != self.content:
            yield MaterialRevised(municipality=owner, content=content)

    def add_file(self, owner: str, file: FileRef) -> Events:
        """Add a file to the next version; in place of one of the same name."""
        self._workable(owner)
        files = (*(one for one in self.files if one.name != file.name), file)
        require(len(files) <= MOST_FILES, TooManyFiles(most=MOST_FILES))
        if file not in self.files:
            yield MaterialFileAdded(municipality=owner, digest=file.digest, files=files)

    def remove_file(self, owner: str, digest: str) -> Events:
        """Take a file out of the next version; versions that have it keep it."""
        self._workable(owner)
        files = tuple(one for one in self.files if one.digest != digest)
        require(len(files) < len(self.files), NotFound(what="file", id=digest))
        yield MaterialFileRemoved(municipality=owner, digest=digest, files=files)

    def look_at_file(self, owner: str, digest: str) -> Events:
        """Nothing, for whoever has a file of the next version looked at: what is found out is about the bytes."""
        require(self.owner == owner, NotFound(what="material", id=self.id))
        require(digest in {one.digest for one in self.files}, NotFound(what="file", id=digest))
        yield from ()

    def publish(self, owner: str) -> Events:
        """Make what is worked on the version that people see."""
        self._workable(owner)
        if self.changed and self.content is not None:
            number = self.number + 1
            yield MaterialPublished(municipality=owner, number=number, content=self.content, files=self.files)

    def withdraw(self, by: str, reason_ja: str) -> Events:
        """Show it to nobody any more, for its owner or, since Tokyo answers for the portal, for Tokyo."""
        require(by in (self.owner, TOKYO), NotFound(what="material", id=self.id))
        if not self.withdrawn:
            yield MaterialWithdrawn(municipality=self.owner, reason_ja=reason_ja)

    def _workable(self, owner: str) -> None:
        require(self.owner == owner, NotFound(what="material", id=self.id))
        require(not self.withdrawn, MaterialIsWithdrawn(material_id=self.id))

    # what events did

    @evolve
    def drafted(self, event: MaterialDrafted) -> Self:
        return replace(self, owner=event.municipality, content=event.content, changed=True)

    @evolve
    def revised(self, event: MaterialRevised) -> Self:
        return replace(self, content=event.content, changed=True)

    @evolve
    def file_added(self, event: MaterialFileAdded) -> Self:
        return replace(self, files=event.files, changed=True)

    @evolve
    def file_removed(self, event: MaterialFileRemoved) -> Self:
        return replace(self, files=event.files, changed=True)

    @evolve
    def published(self, event: MaterialPublished) -> Self:
        return replace(self, number=event.number, changed=False)

    @evolve
    def was_withdrawn(self, event: MaterialWithdrawn) -> Self:
        return replace(self, withdrawn=True)


def _require_for(owner: str, visibility: Visibility) -> None:
    others = Visibility.MUNICIPALITY if owner == TOKYO else Visibility.TOKYO
    require(visibility is not others, VisibilityNotOfOwner(visibility=visibility.value, owner=owner))
