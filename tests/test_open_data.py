"""Open data of all services: each catalogue is read by rdflib from the real answer, and everything that it says is held
against what is served. Nothing of it is about a person, and nothing is read from private rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import pytest_asyncio
from rdflib import DCAT, DCTERMS, RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kyodo_local import open_data
from kyodo_local.edge_documents import CATALOGUE
from kyodo_platform.open_data.catalogue import LICENCE
from kyodo_platform.open_data.forms import EVENTS, FACILITIES
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.running import Running, running
from tests.support.searching import found_in
from tests.support.services import NAMES, service
from tests.support.worlds import WORLDS, As, World

# rdflib's own JSON-LD parser makes one; the tests do not.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

CSVW = Namespace("http://www.w3.org/ns/csvw#")
CONTRACTS = Path(__file__).parents[1] / "contracts"
ROOT = "https://kyodo.example.jp"
PUBLISHING = [name for name in NAMES if service(name).data_sets]
FORMS = {"smartphone-classes": EVENTS, "public-seminars": EVENTS, "venues": FACILITIES}
MEDIA_TYPES = {"csv": "text/csv", "json": "application/json"}
# What leads to a person, by the name of the path parameter.
PERSONS = ("supporter_id", "host_id", "learner_id", "assignment_id", "enrolment_id", "expert_id", "lecturer_id")
PROFILES = {
    "supporter-matching": ("PUT", "/v1/supporters/{supporter_id}/profile", "supporter", "supporter_id"),
    "academy": ("PUT", "/v1/learners/{learner_id}/profile", "learner", "learner_id"),
}
NAME_JA, NAME_KANA = "見本ヶ原 公開子", "ミホンガハラ コウカイコ"


@pytest_asyncio.fixture(params=PUBLISHING)
async def world(
    request: pytest.FixtureRequest, databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> AsyncIterator[World]:
    """Each service that publishes anything, with something in every slice."""
    async with running(databases, settings_for, request.param) as service:
        yield await WORLDS[request.param](service, as_)


async def catalogue(service: Running) -> Graph:
    """The catalogue as a reader of linked data has it."""
    answer = await service.client.get("/v1/open-data")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/ld+json"
    return Graph().parse(data=answer.text, format="json-ld")


def one(graph: Graph, about: Node, what: URIRef) -> Node:
    """The only value of a property."""
    (value,) = graph.objects(about, what)
    return value


def languages(graph: Graph, about: Node, what: URIRef) -> set[str]:
    """The languages in which a text is told."""
    return {str(getattr(text, "language", None)) for text in graph.objects(about, what) if str(text).strip()}


def columns(graph: Graph, data_set: Node) -> list[Node]:
    """The columns of a data set, in their order."""
    (table,) = [found for found in graph.objects(data_set, DCAT.distribution) if (found, RDF.type, CSVW.Table) in graph]
    schema = one(graph, table, CSVW.tableSchema)
    assert (data_set, DCTERMS.conformsTo, schema) in graph
    return list(Collection(graph, one(graph, schema, CSVW.column)))


def faults(graph: Graph, data_set: Node) -> Iterator[str]:
    """What a data set fails to say of itself."""
    for what in (DCTERMS.title, DCTERMS.description):
        if languages(graph, data_set, what) != {"ja", "en"}:
            yield f"{what} in both languages"
    for what in (DCTERMS.license, DCTERMS.publisher, DCTERMS.modified, DCTERMS.accrualPeriodicity, DCTERMS.identifier):
        if len(list(graph.objects(data_set, what))) != 1:
            yield f"{what}"
    if one(graph, data_set, DCTERMS.license) != URIRef(LICENCE):
        yield "the licence CC BY 4.0"
    if not getattr(one(graph, data_set, DCTERMS.modified), "value", None):
        yield "an update time that is one"
    for column in columns(graph, data_set):
        header = str(one(graph, column, CSVW.title))
        if unquote(str(one(graph, column, CSVW.name))) != header:
            yield f"the name of {header}"
        if languages(graph, column, RDFS.label) != {"ja", "en"}:
            yield f"the title of {header}"


def address(service: Running) -> str:
    """The address under which the service is known."""
    return str(service.app.state.runtime.settings.public_url)


async def served(service: Running, url: str) -> Any:
    """What a reader downloads from the address that the catalogue names."""
    answer = await service.client.get(url.removeprefix(address(service)))
    assert answer.status_code == 200, f"{url}: {answer.text}"
    return answer


async def test_what_a_catalogue_says_is_served_to_everybody_and_is_about_nobody(world: World, as_: As) -> None:
    await says_what_is_served(world)
    await leads_to_nobody(world, as_)
    await is_the_same_for_everybody(world, as_)


async def says_what_is_served(world: World) -> None:
    """Each data set describes itself fully, and is what it says, in both formats."""
    graph = await catalogue(world.service)
    found = list(graph.subjects(RDF.type, DCAT.Dataset))
    own = URIRef(f"{address(world.service)}/v1/open-data")
    assert set(graph.objects(own, DCAT.dataset)) == set(found)
    assert {str(one(graph, about, DCTERMS.identifier)) for about in found} == {
        data_set.id for data_set in world.service.service.data_sets
    }
    for about in found:
        assert list(faults(graph, about)) == []
        headers = [str(one(graph, column, CSVW.title)) for column in columns(graph, about)]
        name = str(one(graph, about, DCTERMS.identifier))
        if name in FORMS:
            assert headers == [column.name for column in FORMS[name].columns]
        distributions = {
            str(one(graph, each, DCAT.mediaType)).rpartition("media-types/")[2]: str(one(graph, each, DCAT.downloadURL))
            for each in graph.objects(about, DCAT.distribution)
        }
        assert distributions == {media: f"{own}/{name}.{ending}" for ending, media in MEDIA_TYPES.items()}
        answers = {media: await served(world.service, url) for media, url in distributions.items()}
        for media, answer in answers.items():
            assert answer.headers["content-type"].partition(";")[0] == media
        assert answers["text/csv"].content.startswith("\ufeff".encode())
        table = list(csv.reader(io.StringIO(answers["text/csv"].content.decode("utf-8-sig"))))
        rows = answers["application/json"].json()
        assert table[0] == headers
        assert rows, f"{name} is empty: nothing was proved"
        assert all(list(row) == headers for row in rows)
        assert len(table) - 1 == len(rows)


async def leads_to_nobody(world: World, as_: As) -> None:
    """No name that a person gave, no id of a person's record or of what somebody does, no user's name."""
    service, name = world.service, world.service.service.name
    if name in PROFILES:
        method, path, role, parameter = PROFILES[name]
        (person,) = world.paths[parameter][:1]
        body = {"name_ja": NAME_JA, "name_kana": NAME_KANA}
        headers = as_(role, person=person) | {"If-Match": "*"}
        answer = await service.client.request(method, path.format_map({parameter: person}), json=body, headers=headers)
        assert answer.is_success, answer.text
    wanted = {NAME_JA, NAME_KANA, *(value for key in PERSONS for value in world.paths.get(key, ()))}
    subjects = await service.as_owner("SELECT DISTINCT actor FROM event")
    wanted |= {actor for (actor,) in subjects if len(actor) > 3}
    for data_set in service.service.data_sets:
        for ending in MEDIA_TYPES:
            text = (await service.client.get(f"/v1/open-data/{data_set.id}.{ending}")).text
            assert found_in(text, wanted) == set(), f"{data_set.id}.{ending}"


async def is_the_same_for_everybody(world: World, as_: As) -> None:
    """The answers are kept by whoever stands between: they cannot depend on the caller."""
    for data_set in world.service.service.data_sets:
        for url in (f"/v1/open-data/{data_set.id}.csv", f"/v1/open-data/{data_set.id}.json"):
            anybodys = await world.service.client.get(url)
            for role in (("secretariat",), ("officer", "131016"), ("auditor",)):
                answer = await world.service.client.get(url, headers=as_(*role))
                assert (answer.text, answer.headers["etag"]) == (anybodys.text, anybodys.headers["etag"])


def test_the_catalogue_of_the_platform_names_every_catalogue() -> None:
    text = (CONTRACTS / CATALOGUE).read_text(encoding="utf-8")
    assert text == open_data.text(), "run `kyodo contracts generate`"
    graph = Graph().parse(data=text, format="json-ld", publicID=f"{ROOT}/open-data")
    whole = URIRef(f"{ROOT}/open-data")
    assert languages(graph, whole, DCTERMS.title) == {"ja", "en"}
    assert one(graph, whole, DCTERMS.license) == URIRef(LICENCE)
    members = {URIRef(f"{ROOT}/{name}/v1/open-data") for name in PUBLISHING}
    assert set(graph.objects(whole, DCAT.catalog)) == members
    assert json.loads(text)["@context"]
