"""The sample service: its one aggregate, its two read models and its routes, in one file.

Ids and titles have fewer bounds than those of real services (`values.texts`): tests send what these keep out.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Self

import sqlalchemy as sa
from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.event import Batch, Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_platform.commands import Commands
from kyodo_platform.csv_answers import csv_chunks
from kyodo_platform.deprecation import Deprecation
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import member_of, officer_of, secretariat, signed_in
from kyodo_platform.open_data import Column, DataSet, Datatype, Frequency, from_query
from kyodo_platform.resources import Answer, Body, DryRun, Page, PageQuery, Reader, Resource, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_platform.service import Service, Slice
from kyodo_platform.streams import CsvStream, Streams


class BookOpened(Event, type="kyodo.sample.book-opened", words="帳面「{title}」を開いた"):
    title: str


class NoteWritten(Event, type="kyodo.sample.note-written", words="{municipality}が書き込んだ"):
    municipality: MunicipalityCode
    text: str


class EmptyNote(Refused):
    status, type = 409, "empty-note"
    title = "A note needs a text"
    remedy = "Write something."


@dataclass(frozen=True)
class Book(Aggregate, category="book"):
    """A book in which every municipality keeps one note."""

    title: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)

    def open(self, title: str) -> Events:
        yield BookOpened(title=title)

    def write(self, municipality: str, text: str) -> Events:
        require(bool(text.strip()), EmptyNote())
        if self.notes.get(municipality) != text:
            yield NoteWritten(municipality=municipality, text=text)

    @evolve
    def opened(self, event: BookOpened) -> Self:
        return replace(self, title=event.title)

    @evolve
    def note_written(self, event: NoteWritten) -> Self:
        return replace(self, notes={**self.notes, event.municipality: event.text})


metadata = sa.MetaData()
book = sa.Table(
    "book",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("book_opened_at_id_idx", "opened_at", "id"),
)
note = sa.Table(
    "note",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("book_id", sa.Text, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    info={"private_to": "municipality"},
)
books = View("books", book)
notes = View("notes", note)


@books.on(BookOpened)
def _(rows: Batch[BookOpened]) -> RowWrite:
    return upsert(
        book,
        [{"id": r.stream, "title": r.event.title, "opened_at": r.at, "version": r.version} for r in rows],
    )


@books.on(NoteWritten)
def _(rows: Batch[NoteWritten]) -> RowChange:
    return change(book, [{"id": r.stream, "version": r.version} for r in rows])


@notes.on(NoteWritten)
def _(rows: Batch[NoteWritten]) -> RowWrite:
    return upsert(
        note, [{"municipality": r.event.municipality, "book_id": r.stream, "text": r.event.text} for r in rows]
    )


class BookIn(Body):
    title: Annotated[str, Field(min_length=1, max_length=50)]


class NoteIn(Body):
    text: Annotated[str, Field(max_length=200)]


class BookOut(Resource):
    id: str
    title: str


class BookRow(Answer):
    id: str
    title: str
    opened_at: datetime


class NoteRow(Answer):
    municipality: str
    book_id: str
    text: str = Field(title="本文")


BookSort = Annotated[Sort, sort_by(book.c.title, unique=[book.c.opened_at, book.c.id])]

REMARKS_GO = Deprecation(date(2026, 4, 1), sunset=date(2027, 3, 31), successor="/v1/books/{book_id}/notes")

router = Router(prefix="/v1/books", tags=["books"])


@router.post("", allow=secretariat)
async def open_book(body: BookIn, commands: Commands) -> BookOut:
    """Open a book."""
    return BookOut.of(await commands.create(Book, lambda state: state.open(body.title)))


@router.put(
    "/{book_id}/notes/{municipality}", allow=officer_of("municipality"), raises=[EmptyNote], dependencies=[DryRun]
)
async def write_note(book_id: str, municipality: MunicipalityCode, body: NoteIn, commands: Commands) -> BookOut:
    """Write the municipality's note."""
    return BookOut.of(await commands.on(Book, book_id, lambda state: state.write(municipality, body.text)))


@router.get("/{book_id}", allow=signed_in)
async def read_book(book_id: str, reader: Reader) -> BookOut:
    """One book."""
    return await reader.one(BookOut, sa.select(book).where(book.c.id == book_id), what="book", id=book_id)


@router.get("", allow=signed_in)
async def list_books(reader: Reader, page: PageQuery, sort: BookSort) -> Page[BookRow]:
    """All books, the oldest first."""
    return await reader.page(BookRow, sa.select(book), page, by=sort)


@router.get("/{book_id}/history", allow=signed_in)
async def history_of_book(book_id: str, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a book."""
    return await reader.history(Book, book_id, page)


@router.get("/{book_id}/notes", allow=signed_in)
async def list_notes(book_id: str, reader: Reader, page: PageQuery) -> Page[NoteRow]:
    """The notes the caller may see."""
    query = sa.select(note).where(note.c.book_id == book_id)
    return await reader.page(NoteRow, query, page, by=[note.c.municipality])


@router.get("/{book_id}/remarks", allow=signed_in, deprecated=REMARKS_GO)
async def list_remarks(book_id: str, reader: Reader, page: PageQuery) -> Page[NoteRow]:
    """The notes under their earlier name."""
    return await list_notes(book_id, reader, page)


@router.get("/{book_id}/notes.csv", allow=signed_in, response_class=CsvStream)
async def export_notes(book_id: str, streams: Streams) -> CsvStream:
    """The notes the caller may see, whole."""

    async def body() -> AsyncGenerator[str, None]:
        async with streams.snapshot() as snapshot:
            rows = snapshot.stream(sa.select(note).where(note.c.book_id == book_id).order_by(note.c.municipality))
            async for text in csv_chunks(rows, {"municipality": "団体コード", "text": "本文"}):
                yield text

    return CsvStream(body(), "notes.csv")


@router.get("/{book_id}/notes/{municipality}", allow=member_of("municipality") | secretariat)
async def read_note(book_id: str, municipality: MunicipalityCode, reader: Reader) -> NoteRow:
    """One municipality's note."""
    query = sa.select(note).where(note.c.book_id == book_id, note.c.municipality == municipality)
    return await reader.one(NoteRow, query, what="note", id=municipality)


books_data = DataSet(
    id="books",
    title_ja="帳面",
    title_en="Books",
    description_ja="公開の帳面",
    description_en="Books that anybody may read",
    keywords_ja=("見本",),
    columns=(
        Column("id", "番号", "Id"),
        Column("title", "題名", "Title", description_ja="開いたときの題名"),
        Column("version", "版", "Version", Datatype.INTEGER),
        Column("remark", "備考", "Remark"),
    ),
    rows=from_query(sa.select(book.c.id, book.c.title, book.c.version).order_by(book.c.opened_at, book.c.id)),
    frequency=Frequency.CONTINUOUS,
    form_since=date(2024, 4, 1),
    sources=(Book,),
)
notes_data = DataSet(  # a mistake that must not matter: the rows are private
    id="notes",
    title_ja="書き込み",
    title_en="Notes",
    description_ja="非公開の書き込み",
    description_en="Notes that nobody else may read",
    keywords_ja=("見本",),
    columns=(Column("municipality", "団体コード", "Municipality"), Column("text", "本文", "Text")),
    rows=from_query(sa.select(note).order_by(note.c.municipality)),
    frequency=Frequency.CONTINUOUS,
    form_since=date(2024, 4, 1),
    sources=(Book,),
)

service = Service(
    name="sample",
    title_ja="見本",
    title_en="Sample",
    home=Path(__file__).parent,
    slices=[Slice(router=router, views=[books, notes], data_sets=[books_data, notes_data])],
)
