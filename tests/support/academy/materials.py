"""Materials of Tokyo's municipalities: in work, published for everybody, and published for the own officials alone."""

from __future__ import annotations

from tests.support.building import ANY, OTHER, OWN, Building
from tests.support.library_desk import CONTENT, PDF

WORK = "/v1/material-works"
_BINARY = {"Content-Type": "application/octet-stream"}


async def add(world: Building) -> None:
    """Add them; paths lead to all of them, the own municipality's published one first."""
    ids: list[str] = []
    digests: set[str] = set()
    for code in (OWN, OTHER):
        role = ("officer", code)
        for visibility in ("municipality", "public"):
            title = f"{code}の資料（{visibility}）"
            work = await world.send("POST", WORK, {"content": CONTENT | _named(title, visibility)}, *role)
            address = f"{WORK}/{work['material_id']}"
            answer = await world.service.client.post(
                f"{address}/files",
                params={"name": "資料.pdf"},
                content=PDF + title.encode(),
                headers=world.as_(*role) | ANY | _BINARY,
            )
            assert answer.status_code == 200, answer.text
            digests |= {file["digest"] for file in answer.json()["files"]}
            await world.send("PUT", f"{address}/publication", None, *role)
            ids.append(work["material_id"])
        if code == OTHER:  # the published one is for everybody, with all that it says
            world.public.update({title, ids[-1], *digests, CONTENT["description_ja"]})
        draft = await world.send("POST", WORK, {"content": CONTENT | _named(f"{code}の下書き資料", "public")}, *role)
        ids.append(draft["material_id"])
    world.paths["material_id"] = ids
    world.paths["digest"] = sorted(digests)
    content = {"content": CONTENT | _named("改めた資料", "officials")}
    world.bodies.update(
        {
            f"POST {WORK}": content,
            f"PUT {WORK}/{{material_id}}/content": content,
            f"PUT {WORK}/{{material_id}}/withdrawal": {"reason_ja": "古くなったため"},
        }
    )


def _named(title: str, visibility: str) -> dict[str, str]:
    return {"title_ja": title, "visibility": visibility}
