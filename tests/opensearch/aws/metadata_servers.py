"""The services that hand out AWS credentials, on loopback, and an environment that leads to them.

Formats: "Use IMDSv2" and "Instance metadata categories" in the EC2 user guide; "Container
credential provider" in the AWS SDKs reference guide; AssumeRole and AssumeRoleWithWebIdentity in
the STS API reference.
"""

import asyncio
import itertools
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

ROLE = "formwell-writer"
ROLE_ARN = f"arn:aws:iam::123456789012:role/{ROLE}"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "FwoGZXIvYXdzEXAMPLE" * 8
JSON_WEB_TOKEN = f"{'eyJhbGciOiJSUzI1NiJ9' * 3}.{'eyJzdWIiOiJmb3Jtd2VsbCJ9' * 3}.{'c2ln' * 20}"


class CredentialServer(ABC):
    """One service. `fault` is None, "hang", "500" or "empty"; `lifetime` is in seconds.

    Each set it issues has a key id of its own; `renews` False: the same one every time.
    """

    def __init__(self) -> None:
        self.url = ""
        self.fault: str | None = None
        self.delay_seconds = 0.0
        self.lifetime = 3600.0
        self.renews = True
        self.requests: list[str] = []
        self.issued: list[str] = []
        self._numbers = itertools.count(1)
        self._let_go = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Note the request, and answer it or fail as told."""
        self.requests.append(f"{request.method} {request.path}")
        if self.fault == "hang":
            await self._let_go.wait()
        await asyncio.sleep(self.delay_seconds)
        if self.fault == "500":
            return web.Response(status=500, text=f"no luck with {SECRET} and {TOKEN}")
        if self.fault == "empty":
            return web.Response(text="")
        return await self.answer(request)

    @abstractmethod
    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What the protocol says."""

    def let_go(self) -> None:
        """Answer what hangs."""
        self._let_go.set()

    def issue(self) -> tuple[str, str]:
        """A key id and the moment it expires."""
        if self.renews or not self.issued:
            self.issued.append(f"ASIATEST{next(self._numbers):08d}")
            self._expires = datetime.now(UTC) + timedelta(seconds=self.lifetime)
        return self.issued[-1], f"{self._expires:%Y-%m-%dT%H:%M:%SZ}"

    def document(self) -> dict[str, str]:
        """A set as the metadata services give it."""
        key, expires = self.issue()
        return {
            "Code": "Success",
            "Type": "AWS-HMAC",
            "AccessKeyId": key,
            "SecretAccessKey": SECRET,
            "Token": TOKEN,
            "Expiration": expires,
        }


class InstanceMetadata(CredentialServer):
    """IMDSv2: nothing without a session token; `v2` False: an old one that has none to give."""

    def __init__(self) -> None:
        super().__init__()
        self.v2 = True
        self.has_role = True

    async def answer(self, request: web.Request) -> web.StreamResponse:
        path = "/latest/meta-data/iam/security-credentials/"
        if request.method == "PUT":
            seconds = request.headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
            right = self.v2 and request.path == "/latest/api/token" and seconds.isdigit()
            return web.Response(text="session-token") if right else web.Response(status=403)
        if request.headers.get("x-aws-ec2-metadata-token") != "session-token" and self.v2:
            return web.Response(status=401)
        if request.path == path and self.has_role:
            return web.Response(text=ROLE)
        if request.path == path + ROLE and self.has_role:
            return web.json_response(self.document())
        return web.Response(status=404)


class ContainerCredentials(CredentialServer):
    """ECS and EKS Pod Identity; `authorization` is what it wants to see, None: nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.authorization: str | None = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if self.authorization not in (None, request.headers.get("Authorization")):
            return web.json_response({"code": "AccessDenied", "message": TOKEN}, status=403)
        return web.json_response(self.document())


class TokenService(CredentialServer):
    """STS, in its query protocol; `web_identity_token` is the one it accepts."""

    def __init__(self) -> None:
        super().__init__()
        self.web_identity_token = JSON_WEB_TOKEN

    async def answer(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        action = str(form["Action"])
        self.requests[-1] = action
        if action == "AssumeRoleWithWebIdentity":
            given = str(form["WebIdentityToken"])
            if given != self.web_identity_token:
                return self._refuse("InvalidIdentityToken", f"Could not take the token {given}")
            if "Authorization" in request.headers:
                return self._refuse("SignatureDoesNotMatch", "Sign nothing here")
        elif "Authorization" not in request.headers:
            return self._refuse("MissingAuthenticationToken", "Sign this")
        key, expires = self.issue()
        return web.Response(
            content_type="text/xml",
            text=f"""<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
            <{action}Result><Credentials><AccessKeyId>{key}</AccessKeyId>
            <SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>{TOKEN}</SessionToken>
            <Expiration>{expires}</Expiration></Credentials><AssumedRoleUser>
            <Arn>arn:aws:sts::123456789012:assumed-role/{ROLE}/tests</Arn>
            <AssumedRoleId>AROATEST:tests</AssumedRoleId></AssumedRoleUser></{action}Result>
            <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>""",
        )

    def _refuse(self, code: str, message: str) -> web.Response:
        return web.Response(
            status=400,
            content_type="text/xml",
            text=f"""<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>
            <Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>
            <RequestId>1</RequestId></ErrorResponse>""",
        )


@asynccontextmanager
async def run_server(server: CredentialServer) -> AsyncIterator[None]:
    """The server on a port of its own."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        server.url = f"http://{host}:{port}"
        yield
    finally:
        server.let_go()
        await runner.cleanup()


@dataclass(slots=True, kw_only=True)
class AwsEnvironment:
    """An environment without credentials, and ways to put some there."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch

    def set(self, **variables: str) -> None:
        """Set variables."""
        for name, value in variables.items():
            self.monkeypatch.setenv(name, value)

    def write(self, name: str, text: str) -> Path:
        """Put a file in place whole, as kubelet does."""
        (self.folder / f"{name}.new").write_text(text)
        return (self.folder / f"{name}.new").rename(self.folder / name)

    def use_container(self, server: "ContainerCredentials") -> None:
        """As ECS and EKS Pod Identity do."""
        self.set(AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{server.url}/v2/credentials")

    def use_instance(self, server: "InstanceMetadata") -> None:
        """As on EC2, where no variable is needed."""
        self.set(AWS_EC2_METADATA_SERVICE_ENDPOINT=server.url)

    def use_web_identity(self, sts: TokenService) -> None:
        """As EKS does for a service account with a role."""
        token_file = self.write("token", sts.web_identity_token)
        self.set(
            AWS_ENDPOINT_URL_STS=sts.url,
            AWS_ROLE_ARN=ROLE_ARN,
            AWS_WEB_IDENTITY_TOKEN_FILE=str(token_file),
            AWS_REGION="eu-west-1",
        )
