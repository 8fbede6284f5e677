"""HTTP as it stands on the wire: one request a connection, bytes of an event stream as they come."""
import http.client
import json
import socket
import urllib.parse


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)


def _connect(url, timeout_s):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return connection, path or "/"


def _encoded(body):
    return body if body is None or isinstance(body, (bytes, str)) else json.dumps(body)


def send(method, url, body=None, headers=None, timeout_s=30):
    """One request, its whole answer."""
    connection, path = _connect(url, timeout_s)
    try:
        connection.request(method, path, _encoded(body), {"content-type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def get(url, headers=None):
    return send("GET", url, None, headers)


def post(url, body, headers=None):
    return send("POST", url, body, headers)


class Stream:
    """An event stream that is read line by line and can be left at any time."""

    def __init__(self, url, body, headers=None, timeout_s=30):
        self._connection, path = _connect(url, timeout_s)
        sent = {"content-type": "application/json", "accept": "text/event-stream", **(headers or {})}
        self._connection.request("POST", path, _encoded(body), sent)
        self._answer = None

    @property
    def answer(self):
        if self._answer is None:
            self._answer = self._connection.getresponse()
        return self._answer

    def lines(self):
        """Lines without their ends; ends with the stream. Raises IncompleteRead where it was cut."""
        while True:
            line = self.answer.readline()
            if not line:
                return
            yield line.rstrip(b"\r\n").decode("utf-8")

    def events(self):
        """(event name or None, data) of each event; comments come as (':', text)."""
        name, data = None, []
        for line in self.lines():
            if line.startswith(":"):
                yield ":", line[1:].strip()
            elif line.startswith("event:"):
                name = line[6:].strip()
            elif line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
            elif not line and data:
                yield name, "\n".join(data)
                name, data = None, []

    def leave(self):
        """Goes away as a client does that was interrupted."""
        if self._connection.sock is not None:
            try:
                self._connection.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        if self._answer is not None:
            self._answer.close()
        self._connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.leave()
