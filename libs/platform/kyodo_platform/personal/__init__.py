"""Personal data, encrypted with a key for each person, so that erasing the key erases the data (promise G8)."""

from kyodo_platform.personal.persons import PersonalData, PersonErased, Persons

__all__ = ["PersonErased", "PersonalData", "Persons"]
