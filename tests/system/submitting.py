"""A few submissions, each with a receipt."""

import secrets

import aiohttp

from tests.system.posts import FORM_PATH, Post, post_of_a_program
from tests.system.service_process import ServiceProcess


def new_post() -> Post:
    """One that nobody sent before."""
    return post_of_a_program(f"Sega, says {secrets.token_hex(8)}", secrets.token_hex(16))


async def submit(service: ServiceProcess, many: int) -> list[str]:
    """The receipts of new submissions."""
    receipts = []
    async with aiohttp.ClientSession(service.url) as session:
        for _ in range(many):
            post = new_post()
            async with session.post(FORM_PATH, data=post.body, headers=post.headers) as answer:
                assert answer.status == 201
                receipts.append((await answer.json())["receipt"])
    return receipts
