"""Materials as they come in and go out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from kyodo_academy.files.kinds import MAX_FILE
from kyodo_academy.files.model import FileRef, Scan
from kyodo_academy.materials.values import Licence, MaterialContent, MaterialStatus
from kyodo_academy.visibility import Visibility
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Line
from kyodo_events.words import name_of
from kyodo_platform.resources import Answer, Body, Resource

BINARY = "application/octet-stream"


def file_body() -> dict[str, Any]:
    """The OpenAPI request body of an upload: the bytes as they are. The endpoint reads them itself."""
    schema = {"type": "string", "format": "binary", "minLength": 1, "maxLength": MAX_FILE}
    return {"requestBody": {"required": True, "content": {BINARY: {"schema": schema}}}}


class MaterialIn(Body):
    """What a material, or its next version, is to say."""

    content: MaterialContent


class MaterialWithdrawalIn(Body):
    """Why nobody is to see it any more; those in charge read it."""

    reason_ja: Line


class FileOut(Answer):
    """A file of a material."""

    name: str = Field(title="ファイル名")
    kind: str
    kind_ja: str = Field(default="", title="形式")
    size: int = Field(title="サイズ（バイト）")
    digest: str = Field(title="SHA-256")
    scan: Scan | None = Field(default=None, title="検査コード")
    scan_ja: str | None = Field(default=None, title="ウイルス検査")

    @classmethod
    def seen(cls, file: FileRef, scan: str | None) -> FileOut:
        """The file with what is known about viruses in it."""
        known = Scan(scan) if scan else None
        facts = {"kind_ja": file.kind.label_ja, "scan": known, "scan_ja": known.label_ja if known else None}
        return cls(**file.model_dump(mode="json"), **facts)


def files_of(stored: list[Mapping[str, Any]], scans: Mapping[str, str]) -> list[FileOut]:
    """The files of a row."""
    return [FileOut.seen(FileRef.model_validate(one), scans.get(one["digest"])) for one in stored]


class _Labelled(Answer):
    """Labels beside codes."""

    owner: Party = Field(title="所有団体コード")
    owner_ja: str = Field(default="", title="所有団体")
    visibility: Visibility = Field(title="公開範囲コード")
    visibility_ja: str = Field(default="", title="公開範囲")
    licence: Licence = Field(title="利用条件コード")
    licence_ja: str = Field(default="", title="利用条件")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.owner_ja, self.visibility_ja = name_of(self.owner), self.visibility.label_ja
        self.licence_ja = self.licence.label_ja


class MaterialRow(_Labelled):
    """A published material in a list."""

    material_id: str
    number: int = Field(title="版")
    title_ja: str = Field(title="資料名")
    description_ja: str = Field(title="説明")
    tags: list[str] = Field(title="タグ")
    skills: list[str] = Field(title="スキル")
    published_at: datetime = Field(title="公開日時")
    views: int = Field(title="閲覧数")
    downloads: int = Field(title="ダウンロード数")


class MaterialOut(MaterialRow):
    """A published material."""

    course_ids: list[str]
    files: list[FileOut]


class MaterialWorkRow(Resource):
    """A material that is worked on, in a list."""

    material_id: str
    municipality: Party = Field(title="所有団体コード")
    title_ja: str = Field(title="資料名")
    status: MaterialStatus = Field(title="状態コード")
    status_ja: str = Field(default="", title="状態")
    changed: bool = Field(title="未公開の変更あり")
    number: int = Field(title="公開した版")
    withdrawn_because_ja: str | None = Field(default=None, title="公開終了の理由")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.status_ja = self.status.label_ja


class MaterialWorkOut(MaterialWorkRow):
    """A material as those in charge work on it: its next version, and how far it has come."""

    content: MaterialContent
    files: list[FileOut]


class MaterialVersionOut(Answer):
    """A version that was published."""

    material_id: str
    number: int = Field(title="版")
    content: MaterialContent
    files: list[FileRef]
    published_at: datetime = Field(title="公開日時")
