"""The four personas by which municipalities ask for experts: plain words instead of 49 skills."""

from __future__ import annotations

from enum import StrEnum


class Persona(StrEnum):
    """What an expert can be to a municipality, in the order of the standard.

    Source: 自治体DX推進のための外部人材スキル標準 (Ministry of Internal Affairs and Communications, September 2022),
    which is also the scheme `local-dx` of skills: its codes are these.
    """

    PRODUCER = "producer"
    PROJECT_MANAGER = "project_manager"
    SERVICE_DESIGNER = "service_designer"
    ENGINEER = "engineer"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return PERSONAS_JA[self]


PERSONAS_JA = {
    Persona.PRODUCER: "プロデューサー",
    Persona.PROJECT_MANAGER: "プロジェクトマネージャー",
    Persona.SERVICE_DESIGNER: "サービスデザイナー",
    Persona.ENGINEER: "エンジニア",
}
