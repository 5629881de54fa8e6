"""Introduction cases (人材紹介): one expert for one request, from the long list to the follow-ups after engagement."""
