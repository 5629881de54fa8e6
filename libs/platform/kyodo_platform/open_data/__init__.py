"""Open data: what anybody may read, as data sets with a catalogue that describes them.

A slice declares its `DataSet`; addresses, catalogue, CSV, JSON and conditional requests follow
(docs/open-data.md, docs/decisions/0042-open-data-reads-as-nobody.md).
"""

from kyodo_platform.open_data.data_set import Column, DataSet, Datatype, Frequency, Row, from_query
from kyodo_platform.open_data.forms import Form

__all__ = ["Column", "DataSet", "Datatype", "Form", "Frequency", "Row", "from_query"]
