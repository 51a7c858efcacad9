"""The same signatures by botocore, which many services have accepted for many years."""

from collections.abc import Sequence

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials


def sign_at(
    moment: str,
    *,
    key_id: str,
    secret: str,
    service: str,
    region: str,
    method: str,
    url: str,
    headers: Sequence[tuple[str, str]],
    body: bytes,
) -> str:
    """The signature over all of these headers; `moment` is the X-Amz-Date among them."""
    request = AWSRequest(method=method, url=url, data=body)
    for name, value in headers:
        request.headers.add_header(name, value)
    request.context["timestamp"] = moment
    signer = SigV4Auth(BotocoreCredentials(key_id, secret), service, region)
    to_sign = signer.string_to_sign(request, signer.canonical_request(request))
    signature: str = signer.signature(to_sign, request)
    return signature
