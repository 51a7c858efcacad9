"""HTTP in, HTML or JSON out; the only package that knows aiohttp."""
