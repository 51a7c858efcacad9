"""Whether whoever asks is a program that wants JSON, or a person's browser. Pure."""

from functools import lru_cache

from multidict import CIMultiDictProxy

from service.web.listed import listed

JSON = "application/json"


def wants_json(headers: CIMultiDictProxy[str]) -> bool:
    """JSON is answered to JSON, and to whoever prefers it to HTML by name."""
    if media_type(headers.get("Content-Type", "")) == JSON:
        return True
    accept = listed(headers, "Accept")
    return bool(accept) and _prefers_json(accept)


@lru_cache(maxsize=256)
def _prefers_json(accept: str) -> bool:
    preferences = _preferences(accept)
    json = max(preferences.get(JSON, 0.0), preferences.get("application/problem+json", 0.0))
    return json > preferences.get("text/html", 0.0)


@lru_cache(maxsize=256)
def media_type(content_type: str) -> str:
    """The type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def _preferences(accept: str) -> dict[str, float]:
    preferences: dict[str, float] = {}
    for part in accept.split(","):
        name, _, parameters = part.partition(";")
        preferences[name.strip().lower()] = _quality(parameters)
    return preferences


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
