"""Runs inside a container: one HTTP request, described by JSON; prints the answer as JSON.

So the containers need no network at all, and no port of the machine is taken.
"""

import http.client
import json
import sys


def main() -> None:
    asked = json.loads(sys.argv[1])
    connection = http.client.HTTPConnection("127.0.0.1", asked["port"], timeout=10)
    connection.request(asked["method"], asked["path"], asked["body"], asked["headers"])
    answer = connection.getresponse()
    body = answer.read().decode()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    json.dump({"status": answer.status, "headers": headers, "body": body}, sys.stdout)


if __name__ == "__main__":
    main()
