"""The fast path: plain requests answered on the connection itself, around aiohttp's request,
router, middlewares and response. It gives the answer that the whole way would give, or none."""
