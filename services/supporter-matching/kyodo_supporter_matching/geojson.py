"""Answers for maps: GeoJSON (RFC 7946), points with properties."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from kyodo_platform.resources import Answer

P = TypeVar("P", bound=BaseModel)


class GeoJson(JSONResponse):
    """An answer in the media type that maps know."""

    media_type = "application/geo+json"


class Point(Answer):
    """A place. GeoJSON has the longitude first."""

    type: Literal["Point"] = "Point"
    coordinates: Annotated[tuple[float, float], Field(description="Longitude and latitude, WGS 84.")]


class Feature(Answer, Generic[P]):
    """A place and what is told of it."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: Point
    properties: P


class Collection(Answer, Generic[P]):
    """Places for one map. `complete` is our own member: a map that is not shows the first ones only."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[Feature[P]]
    complete: bool = Field(description="Whether these are all; narrow the question where they are not.")

    @classmethod
    def of_points(cls, rows: Iterable[dict[str, Any]], *, id_: str, at_most: int) -> Self:
        """The first rows as points: `id_` names the column of their ids; one row more says that there are more."""
        features = [
            {
                "id": row[id_],
                "geometry": {"coordinates": (row["longitude"], row["latitude"])},
                "properties": row,
            }
            for row in rows
        ]
        return cls.model_validate({"features": features[:at_most], "complete": len(features) <= at_most})
