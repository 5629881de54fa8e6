"""Digital-divide projects by region (地域主体のデジタルデバイド是正): guidelines, consultations, supported projects."""
