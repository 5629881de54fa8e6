"""Bad configuration: one line for people that names the setting, instead of a traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import AliasChoices, ValidationError

from kyodo_platform.settings import SECRETS_DIR, Settings, surroundings, variable, variables

FOLLOWS = "default_factory_not_called"


class BadConfiguration(RuntimeError):
    """A setting is missing or malformed, or what it names does not answer as it must.

    The message is one line that names the variable; it holds no value that may be secret.
    """


def setting(field: str, service: str) -> str:
    """The variable that a field of a service's settings came from; where it came from none, the one to set."""
    given, general = surroundings(), variables(field)
    return next((name for name in [variable(field, service), *general] if name in given), general[0])


def read_settings(service: str, read: Callable[[], Settings]) -> Settings:
    """What `read` answers. Raises BadConfiguration that names every variable that is missing or malformed."""
    try:
        return read()
    except OSError as error:
        raise BadConfiguration(f"{SECRETS_DIR}: its files cannot be read ({error})") from error
    except ValidationError as error:
        # A default that is taken from another setting is no fault of its own where that one is missing.
        wrong = [e for e in error.errors(include_url=False, include_input=False) if e["type"] != FOLLOWS]
        raise BadConfiguration("; ".join(_words(one, service) for one in wrong)) from error


def _words(wrong: Any, service: str) -> str:
    if not wrong["loc"]:
        return str(wrong["msg"]).removeprefix("Value error, ")  # of several settings, which it names
    field = _field(str(wrong["loc"][0]))
    name, meaning = setting(field, service), Settings.model_fields[field].description
    if wrong["type"] == "missing":
        return f"{name} is not set: {meaning}"
    return f"{name} is malformed: {wrong['msg']} ({meaning})"


def _field(place: str) -> str:
    """The field at which pydantic found an error; where it has other names, one of them stands there."""
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        if isinstance(alias, AliasChoices) and place in alias.choices:
            return name
    return place
