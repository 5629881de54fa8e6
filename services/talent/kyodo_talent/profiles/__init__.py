"""Who an expert is: name, contact, employer and career, sealed with the expert's own key; who looked at it."""
