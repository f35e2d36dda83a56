"""What is counted for ``/metrics``. Labels hold outcomes only, never anything personal."""

from __future__ import annotations

from prometheus_client import Counter

INBOUND = Counter("tandem_inbound_texts_total", "Inbound webhook calls by outcome", ["outcome"])
MAILS = Counter("tandem_inbound_mails_total", "Mails that came in, by outcome", ["outcome"])
CALLBACKS = Counter("tandem_status_callbacks_total", "Status callbacks by outcome", ["outcome"])
