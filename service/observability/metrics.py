"""The catalogue of metrics: every number `/metrics` shows has its name and its meaning here."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from service.observability.batch_histogram import BatchHistogram

_FAST_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_DELIVERY_SECONDS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400)
_BATCH_ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024)


class Metrics:
    """All metrics of one process, in a registry of their own.

    Names and labels are an interface: dashboards and alerts are built on them. A label's values
    come from a fixed list, a form's id or an index's name, never from a request.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.accepted = Counter(
            "formwell_submissions_accepted",
            "Submissions committed for the first time.",
            ["form"],
            registry=self.registry,
        )
        self.repeated = Counter(
            "formwell_submissions_repeated",
            "Submissions answered with the receipt they had before.",
            ["form"],
            registry=self.registry,
        )
        self.refused = Counter(
            "formwell_requests_refused",
            "Requests answered with an error, by its code.",
            ["reason"],
            registry=self.registry,
        )
        self.rate_limited = Counter(
            "formwell_submissions_rate_limited",
            "Submissions refused by a limit, by the one that refused (client, form, total).",
            ["limit"],
            registry=self.registry,
        )
        self.flagged = Counter(
            "formwell_submissions_flagged",
            "Accepted submissions that a spam trap flagged, by its reason (honeypot, too_fast).",
            ["form", "reason"],
            registry=self.registry,
        )
        self.forwarded = Counter(
            "formwell_forwarded_for",
            "X-Forwarded-For that gave no address: ignored, as its sender is not trusted, or"
            " malformed.",
            ["problem"],
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "formwell_requests_in_flight",
            "Requests that are being answered, by listener (public, internal).",
            ["listener"],
            registry=self.registry,
        )
        self.in_flight_limit = Gauge(
            "formwell_requests_in_flight_limit",
            "Requests that may be answered at once; from there on they are refused as busy.",
            ["listener"],
            registry=self.registry,
        )
        self.body_bytes = Gauge(
            "formwell_body_bytes",
            "Bytes set aside for the bodies of requests that are being answered.",
            ["listener"],
            registry=self.registry,
        )
        self.body_bytes_limit = Gauge(
            "formwell_body_bytes_limit",
            "Bytes that bodies may have together; from there on requests are refused as busy.",
            ["listener"],
            registry=self.registry,
        )
        self.connections = Gauge(
            "formwell_connections",
            "Open connections, by listener (public, internal).",
            ["listener"],
            registry=self.registry,
        )
        self.connections_limit = Gauge(
            "formwell_connections_limit",
            "Connections that may be open; from there on those that wait longest are ended.",
            ["listener"],
            registry=self.registry,
        )
        self.connections_dropped = Counter(
            "formwell_connections_dropped",
            "Connections ended by this side: to make room for others (idle), for answers nobody"
            " read (unread), or at once as there was no room (crowded).",
            ["reason"],
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "formwell_request_seconds",
            "Time from the request's head to the answer, by route.",
            ["route"],
            buckets=_FAST_SECONDS,
            registry=self.registry,
        )
        self.commit_rows = Histogram(
            "formwell_commit_rows",
            "Submissions that shared one commit.",
            buckets=_BATCH_ROWS,
            registry=self.registry,
        )
        self.commit_seconds = Histogram(
            "formwell_commit_seconds",
            "Time of one commit, its fsync included.",
            buckets=_FAST_SECONDS,
            registry=self.registry,
        )
        self.commit_queue = Gauge(
            "formwell_commit_queue",
            "Jobs that wait for the spool's thread now: submissions, and what delivery settles.",
            registry=self.registry,
        )
        self.commit_queue_limit = Gauge(
            "formwell_commit_queue_limit",
            "Jobs that may wait for the spool's thread; from there on submissions are refused.",
            registry=self.registry,
        )
        self.loop_lag = Histogram(
            "formwell_loop_lag_seconds",
            "How late the event loop woke who asked to be woken, ten times a second.",
            buckets=_FAST_SECONDS,
            registry=self.registry,
        )
        self.spool_limit_bytes = Gauge(
            "formwell_spool_limit_bytes",
            "Bytes that pending rows and dead letters may take; from there on submissions are"
            " refused.",
            registry=self.registry,
        )
        self.spool_rows = Gauge(
            "formwell_spool_rows",
            "Rows in the spool, by state (pending, delivered, dead).",
            ["state"],
            registry=self.registry,
        )
        self.spool_bytes = Gauge(
            "formwell_spool_bytes",
            "Bytes of documents and row overhead in the spool, by state.",
            ["state"],
            registry=self.registry,
        )
        self.dead_letters_limit_bytes = Gauge(
            "formwell_dead_letters_limit_bytes",
            "Bytes that dead letters may take; beyond that, what the store refuses waits.",
            registry=self.registry,
        )
        self.rows_damaged = Counter(
            "formwell_spool_damaged",
            "Submissions the disk did not give back as they were written, since the start.",
            registry=self.registry,
        )
        self.spool_oldest_seconds = Gauge(
            "formwell_spool_oldest_pending_seconds",
            "Age of the oldest submission that is not delivered, 0 where there is none.",
            registry=self.registry,
        )
        self.bulk_requests = Counter(
            "formwell_bulk_requests",
            "Bulk requests to the store, by outcome (answered, retry, hold, split, dead).",
            ["outcome"],
            registry=self.registry,
        )
        self.bulk_items = Counter(
            "formwell_bulk_items",
            "Documents in answered bulks, by outcome (created, duplicate, retry, hold, dead).",
            ["outcome"],
            registry=self.registry,
        )
        self.bulk_seconds = Histogram(
            "formwell_bulk_seconds",
            "Time of one bulk request.",
            buckets=(*_FAST_SECONDS, 10, 30),
            registry=self.registry,
        )
        self.delivery_seconds = BatchHistogram(
            "formwell_delivery_seconds",
            "Time from accepting a submission to the store having it.",
            buckets=_DELIVERY_SECONDS,
            registry=self.registry,
        )
        self.bulks_in_flight = Gauge(
            "formwell_bulks_in_flight",
            "Bulk requests that wait for the store's answer.",
            registry=self.registry,
        )
        self.index_held = Gauge(
            "formwell_index_held",
            "1 while an index is held because the store refuses all of it, or too much.",
            ["index"],
            registry=self.registry,
        )
        self.circuit_open = Gauge(
            "formwell_circuit_open",
            "1 while the store as a whole is unreachable and only probed.",
            registry=self.registry,
        )
        self.audits = Counter(
            "formwell_audits",
            "Comparisons of what was delivered with what the store has, by outcome (finished,"
            " failed).",
            ["outcome"],
            registry=self.registry,
        )
        self.audit_receipts = Gauge(
            "formwell_audit_receipts",
            "Delivered receipts that are still known, by what the last audit that finished found"
            " (present, missing, changed, unverified, recent). Absent before the first.",
            ["condition"],
            registry=self.registry,
        )
        self.audit_finished = Gauge(
            "formwell_audit_finished_timestamp_seconds",
            "When the last audit finished, in seconds since the epoch; 0 before the first.",
            registry=self.registry,
        )
        self.credentials_expiry_seconds = Gauge(
            "formwell_credentials_expiry_seconds",
            "Seconds until the AWS credentials in use expire: +Inf where they do not, 0 where there"
            " are none. Absent where requests are not signed.",
            ["source"],
            registry=self.registry,
        )
        self.credentials_refreshes = Counter(
            "formwell_credentials_refreshes",
            "Looks for newer AWS credentials, by outcome (renewed, unchanged, failed).",
            ["outcome"],
            registry=self.registry,
        )
