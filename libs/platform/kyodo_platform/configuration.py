"""Bad configuration: one line for people that names the setting, instead of a traceback."""

from __future__ import annotations

import os

from pydantic import AliasChoices

from kyodo_platform.settings import Settings, variable


class BadConfiguration(RuntimeError):
    """A setting is missing or malformed, or what it names does not answer as it must. One line, without its value."""

    def __init__(self, setting: str, words: str) -> None:
        super().__init__(f"{setting}: {words}")
        self.setting = setting


def setting(field: str, service: str) -> str:
    """The variable that a field of a service's settings came from; where it came from none, the one to set."""
    alias = Settings.model_fields[field].validation_alias
    general = [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [variable(field)]
    return next((name for name in [variable(field, service), *general] if name in os.environ), general[0])
