"""`formwell check` as a process of its own, from the environment to a signature that is checked."""

import asyncio
import os
import sys
from pathlib import Path

from tests.certificates import Authority
from tests.opensearch.aws.gateway import REGION, run_gateway
from tests.opensearch.aws.signature_verifier import Key


async def test_signed_from_end_to_end_it_is_well_behind_a_gateway(
    opensearch_url: str, index: str, tmp_path: Path
) -> None:
    form = (Path(__file__).parents[3] / "forms" / "console-wars.yaml").read_text()
    (tmp_path / "quiz.yaml").write_text(form.replace("big_survey", index))
    authority = Authority()
    (tmp_path / "ca.pem").write_bytes(authority.certificate)
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("FORMWELL_")},
        "AWS_ACCESS_KEY_ID": "AKIAENDTOEND0001",
        "AWS_SECRET_ACCESS_KEY": "hush-secret",
        "AWS_SESSION_TOKEN": "hush-token",
        "FORMWELL_DATA_DIR": str(tmp_path / "data"),
        "FORMWELL_FORMS_DIR": str(tmp_path),
        "FORMWELL_STORE_CA_FILE": str(tmp_path / "ca.pem"),
        "FORMWELL_AWS_SERVICE": "es",
        "FORMWELL_AWS_REGION": REGION,
    }
    tls = authority.server_context(tmp_path)
    async with run_gateway(opensearch_url, tls=tls) as gateway:
        gateway.keys = {"AKIAENDTOEND0001": Key(secret="hush-secret", token="hush-token")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "service", "check"),
            env={**environment, "FORMWELL_STORE_URL": gateway.url},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output = (await process.communicate())[0].decode()

    assert process.returncode == 0, output
    for words in (
        "ok     credentials: from env, key id ending in 0001; they do not expire",
        "ok     tls: the certificate is verified",
        "ok     clock: agrees with the server's",
        "ok     signature: accepted",
        f"ok     write: {index}: this role may write",
    ):
        assert words in output, output
    assert "hush" not in output
