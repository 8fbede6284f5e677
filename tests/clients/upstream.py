"""A scripted upstream of both formats: strict about what it is asked, and it remembers what it saw.

For clients that run in another process, GET /seen gives what it was last asked and GET /go-on opens its gate once."""
import http.server
import json
import select
import socket
import threading
import time

import chat_format
import messages_format
from conversations import GATE, turn_of
from strictness import chat_trouble, messages_trouble

KEY = "sk-upstream-0a1b2c3d"
LONGEST_S = 30
EXTRA_TURNS = {}  # conversations that only one test knows: name -> function of the body that makes the turn


class Asked:
    """One request as it arrived."""

    def __init__(self, path, headers, body):
        self.path = path
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body
        self.gone = threading.Event()  # the client went away before its answer was complete


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class Upstream:
    def __init__(self, key=KEY):
        self.key = key
        self.asked = []
        self.gate = threading.Semaphore(0)  # lets one gated stream go on
        self.threads = {}  # message id -> the messages up to and with it
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.upstream = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def last(self):
        return self.asked[-1]

    def bodies(self, model):
        """What was asked of one conversation, in order."""
        return [asked.body for asked in self.asked if asked.body and asked.body.get("model") == model]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def _model(name):
    return {"id": name, "object": "model", "created": 1760000000, "owned_by": "script"}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/seen":
            self._json(200, [{"path": asked.path, "headers": asked.headers, "body": asked.body, "gone": asked.gone.is_set()}
                             for asked in self.server.upstream.asked[-20:]])
        elif path == "/go-on":
            self.server.upstream.gate.release()
            self._json(200, {})
        elif path == "/v1/models":
            self._models()
        elif path in ("/v1/models/hello", "/v1/models/tool"):
            self._json(200, _model(path.rsplit("/", 1)[-1]))
        else:
            self._json(404, {"error": {"message": "no such path", "type": "invalid_request_error", "param": None, "code": None}})

    def do_HEAD(self):
        self._json(200, None)

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.asked = Asked(self.path, self.headers, json.loads(raw))
        self.server.upstream.asked.append(self.asked)
        path = self.path.split("?")[0]
        answer = {
            "/v1/chat/completions": self._chat,
            "/v1/messages": self._messages,
            "/v1/messages/count_tokens": self._count,
        }.get(path)
        if answer is None:
            return self._json(404, chat_format.error_body({"type": "invalid_request_error", "code": None, "message": path}))
        try:
            return answer(self.asked.body)
        except (BrokenPipeError, ConnectionResetError):
            self.asked.gone.set()
            self.close_connection = True

    def _models(self):
        rows = ["hello", "tool"]
        if "anthropic-version" in self.headers:
            data = [{"type": "model", "id": row, "display_name": row, "created_at": "2026-01-01T00:00:00Z"} for row in rows]
            return self._json(200, {"data": data, "has_more": False, "first_id": rows[0], "last_id": rows[-1]})
        return self._json(200, {"object": "list", "data": [_model(row) for row in rows]})

    def _authorised(self, given, error_body):
        if given == self.server.upstream.key:
            return True
        self._json(401, error_body({"type": "authentication_error", "code": "invalid_api_key", "message": "invalid key"}))
        return False

    def _turn(self, body, answers):
        maker = EXTRA_TURNS.get(body["model"])
        return maker(body) if maker else turn_of(body["model"], answers)

    def _chat(self, body):
        if not self._authorised(self.headers.get("authorization", "").removeprefix("Bearer "), chat_format.error_body):
            return
        trouble = chat_trouble(body)
        if trouble:
            error = {"type": "invalid_request_error", "code": "strict_upstream", "message": f"upstream: {trouble}"}
            return self._json(400, chat_format.error_body(error))
        turn = self._turn(body, chat_format.answers_in(body))
        if "error" in turn:
            return self._error(turn["error"], turn["error"]["status"], chat_format.error_body)
        if turn.get("held"):
            return self._hold()
        if turn.get("endless"):
            return self._endless([], lambda number: chat_format.framed(chat_format.endless_event(number, body["model"])))
        if body.get("stream"):
            return self._stream(chat_format.events(turn, body), chat_format.framed, turn)
        return self._whole(chat_format.whole(turn, body["model"]), turn)

    def _messages(self, body):
        if not self._messages_welcome(body):
            return
        thread = body.get("thread")
        if thread and thread["type"] == "continue":
            body = {**body, "messages": self.server.upstream.threads[thread["previous_message_id"]] + body["messages"]}
        trouble = messages_trouble(body, betas=self.headers.get("anthropic-beta", ""))
        if trouble:
            return self._messages_refusal(trouble)
        turn = self._turn(body, messages_format.answers_in(body))
        if "error" in turn:
            status = turn["error"]["status"]
            return self._error(turn["error"], messages_format.STATUS.get(status, status), messages_format.error_body)
        if turn.get("held"):
            return self._hold()
        if turn.get("endless"):
            opening = [messages_format.framed(event) for event in messages_format.endless_events(body["model"])]
            return self._endless(opening, lambda number: messages_format.framed(messages_format.endless_event(number)))
        answer = {**messages_format.whole(turn, body["model"]), "id": f"msg_{len(self.server.upstream.asked):04}"}
        if thread:
            reply = {"role": "assistant", "content": answer["content"]}
            self.server.upstream.threads[answer["id"]] = [*body["messages"], reply]
        if body.get("stream"):
            return self._stream(messages_format.events(turn, body, answer["id"]), messages_format.framed, turn)
        return self._whole(answer, turn)

    def _messages_welcome(self, body):
        given = self.headers.get("x-api-key") or self.headers.get("authorization", "").removeprefix("Bearer ")
        if not self._authorised(given, messages_format.error_body):
            return False
        if "anthropic-version" not in self.headers:
            self._messages_refusal("anthropic-version: header is required")
            return False
        if "thread" in body and "message-threads-" not in self.headers.get("anthropic-beta", ""):
            self._messages_refusal("thread: Extra inputs are not permitted")
            return False
        return True

    def _messages_refusal(self, trouble):
        self._json(400, messages_format.error_body({"type": "invalid_request_error", "message": f"upstream: {trouble}"}))

    def _count(self, body):
        if self._messages_welcome(body):
            trouble = messages_trouble(body, counting=True)
            if trouble:
                return self._messages_refusal(trouble)
            self._json(200, {"input_tokens": 42})

    def _error(self, error, status, error_body):
        self._json(status, error_body(error), error["headers"])

    def _json(self, status, body, headers=None):
        payload = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        self.send_header("x-request-id", "req-scripted")
        self.send_header("request-id", "req-scripted")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    def _whole(self, body, turn):
        if not turn.get("cut"):
            return self._json(200, body)
        payload = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload[: len(payload) // 2])
        self._hang_up()

    def _open_stream(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def _chunk(self, data):
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _stream(self, events, framed, turn):
        if turn.get("at_once"):
            return self._stream_at_once(events, framed)
        self._open_stream()
        for event in events:
            if event is GATE:
                self.server.upstream.gate.acquire(timeout=LONGEST_S)
            else:
                self._chunk(framed(event))
        if turn.get("cut"):
            return self._hang_up()
        self.wfile.write(b"0\r\n\r\n")

    def _stream_at_once(self, events, framed):
        """Head, events and the end of the connection in one write."""
        body = b"".join(framed(event) for event in events)
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
        self.wfile.write(head + body)
        self._hang_up()

    def _hang_up(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _client_left(self, wait_s):
        readable, _, _ = select.select([self.connection], [], [], wait_s)
        if not readable:
            return False
        try:
            return self.connection.recv(1, socket.MSG_PEEK) == b""
        except ConnectionResetError:
            return True

    def _hold(self):
        if self._client_left(LONGEST_S):
            self.asked.gone.set()
        self.close_connection = True

    def _endless(self, opening, frame):
        self._open_stream()
        for data in opening:
            self._chunk(data)
        end, number = time.monotonic() + LONGEST_S, 0
        while time.monotonic() < end:
            number += 1
            self._chunk(frame(number))
            if self._client_left(0.005):
                self.asked.gone.set()
                break
        self.close_connection = True
