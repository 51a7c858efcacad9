"""What is usual today: FastAPI and the asynchronous client, one awaited write a submission.

An ASGI application: `python -m uvicorn bench.peers.fastapi_per_request:app`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import RedirectResponse
from opensearchpy import AsyncHttpConnection, AsyncOpenSearch, AWSV4SignerAsyncAuth
from pydantic import EmailStr

from bench.peers.quiz import (
    CREDENTIALS,
    FORM_PATH,
    INDEX,
    MOST_ESSAY_LENGTH,
    REGION,
    SERVICE,
    STORE_URL,
    document_of,
)

MOST_CONNECTIONS = 100


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One client for as long as the application."""
    client = AsyncOpenSearch(
        [STORE_URL],
        http_auth=AWSV4SignerAsyncAuth(CREDENTIALS, REGION, SERVICE),
        connection_class=AsyncHttpConnection,
        pool_maxsize=MOST_CONNECTIONS,
    )
    app.state.client = client
    yield
    await client.close()


app = FastAPI(lifespan=lifespan)


@app.post(FORM_PATH)
async def take_test(
    request: Request,
    essay_question: Annotated[str, Form(min_length=1, max_length=MOST_ESSAY_LENGTH)],
    email_addr: Annotated[EmailStr, Form()],
) -> RedirectResponse:
    """Write what was sent to the store, and redirect once it has it."""
    client_ip_addr = request.client.host if request.client else None
    document = document_of(essay_question, email_addr, client_ip_addr)
    await request.app.state.client.index(index=INDEX, body=document)
    return RedirectResponse("/thanks", status_code=303)
