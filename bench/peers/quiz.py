"""What both peers with a store share: the document that the tutorial writes, and where to."""

import os
from datetime import UTC, datetime

from botocore.credentials import Credentials

FORM_PATH = "/f/console-wars"
STORE_URL = os.environ.get("BENCH_STORE_URL", "http://127.0.0.1:9200")
INDEX = os.environ.get("BENCH_INDEX", "big_survey")
REGION = "us-east-1"
SERVICE = "es"
CREDENTIALS = Credentials("AKIDEXAMPLE", "an example secret", "an example token")
MOST_ESSAY_LENGTH = 2047


def document_of(
    essay_question: str | None, email_addr: str | None, client_ip_addr: str | None
) -> dict[str, object]:
    """A submission as the store gets it."""
    return {
        "tags": ["v0.1"],
        "essay_question": essay_question,
        "email_addr": email_addr,
        "iso_timestamp": datetime.now(UTC).isoformat(),
        "client_ip_addr": client_ip_addr,
        "is_spam": False,
    }
