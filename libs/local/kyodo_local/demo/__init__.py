"""The scenario: from the survey of December 2022 to the statements of the first month, through the public API."""
