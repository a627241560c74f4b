"""Which words somebody agreed to: change the version whenever the texts change."""

TERMS_VERSION = "2026-11"
STATISTICS_VERSION = "2026-11"
NEWS_VERSION = "2026-11"
RESIDENCE_VERSION = "2026-11"
