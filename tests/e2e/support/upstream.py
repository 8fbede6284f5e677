"""A made-up server for tests of the command line: Chat and Messages, streamed and whole. The model's name says what
happens: ok, slow (until the client leaves), cut (no end), fault (an error event), length, thinks, tool, busy (429 once),
down (503 always), denied (401), missing (404), long (400 context length), html (502 with a page), garbage (no JSON)."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = ["Hello", " there", ", caf\u00e9", "!"]
FAILURES = {
    "down": (503, '{"error":{"message":"no capacity","type":"server_error"}}'),
    "denied": (401, '{"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}}'),
    "missing": (404, '{"error":{"message":"no such model","type":"invalid_request_error","code":"model_not_found"}}'),
    "long": (400, '{"error":{"message":"too long","type":"invalid_request_error","code":"context_length_exceeded"}}'),
    "html": (502, "<html><head><title>502 Bad Gateway</title></head></html>"),
    "quota": (402, '{"error":{"message":"pay first","type":"insufficient_quota"}}'),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, body, content_type="application/json", headers=()):
        data = body.encode()
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(data)))
        self.send_header("x-request-id", "req-1")
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.server.heard.append({"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}})
        if self.path == "/v1/models":
            rows = [{"id": name, "object": "model", "owned_by": "test", "max_model_len": 4096}
                    for name in self.server.models]
            self.reply(200, json.dumps({"object": "list", "data": rows}))
        else:
            self.reply(404, '{"error":{"message":"no such path"}}')

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        body = json.loads(raw)
        self.server.heard.append({"path": self.path, "body": body,
                                  "headers": {k.lower(): v for k, v in self.headers.items()}})
        model = body["model"]
        if model == "busy" and not self.server.was_busy:
            self.server.was_busy = True
            self.reply(429, '{"error":{"message":"wait","type":"rate_limit_error"}}', headers=[("retry-after", "0")])
        elif model in FAILURES:
            status, text = FAILURES[model]
            self.reply(status, text, "text/html" if text.startswith("<") else "application/json")
        elif not body.get("stream"):
            self.whole(model)
        else:
            self.stream(model)

    def whole(self, model):
        self.reply(200, json.dumps({
            "id": "c1", "object": "chat.completion", "created": 1, "model": model + "-resolved",
            "choices": [{"index": 0, "finish_reason": "stop",
                         "message": {"role": "assistant", "content": "".join(WORDS)}}],
            "usage": {"prompt_tokens": 5, "completion_tokens": 4, "total_tokens": 9}}))

    def write(self, text):
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def chunk(self, model, delta, finish=None, usage=None):
        choice = [] if usage else [{"index": 0, "delta": delta, "finish_reason": finish}]
        row = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": model + "-resolved",
               "choices": choice}
        if usage:
            row["usage"] = usage
        self.write("data: " + json.dumps(row) + "\n\n")

    def stream(self, model):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.send_header("x-request-id", "req-1")
        self.end_headers()
        try:
            self.events(model)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left.set()
            self.close_connection = True

    def events(self, model):
        if model == "garbage":
            self.write("data: {nonsense\n\n")
        if model == "thinks":
            self.chunk(model, {"reasoning_content": "Let me see."})
        if model == "tool":
            self.chunk(model, {"tool_calls": [{"index": 0, "id": "call_1", "type": "function",
                                               "function": {"name": "look", "arguments": "{\"at\":1}"}}]})
        for word in WORDS:
            self.chunk(model, {"content": word})
            if model == "slow":
                self.server.left.clear()
                self.server.begun.set()
                while not self.server.left.wait(0.02):
                    self.write(": waiting\n\n")
        if model == "terminal":
            self.chunk(model, {"content": "\x1b[31mred\u009b2J\x07"})
        if model == "fault":
            self.write('data: {"error":{"message":"the engine died","type":"server_error"}}\n\n')
        elif model != "cut":
            finish = {"length": "length", "tool": "tool_calls", "filter": "content_filter"}.get(model, "stop")
            self.chunk(model, {}, finish)
            self.chunk(model, {}, usage={"prompt_tokens": 5, "completion_tokens": 4, "total_tokens": 9})
            self.write("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")


class Upstream:
    """Runs on a free port of this machine while a `with` block lasts."""

    def __init__(self, models=("ok",)):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.models = list(models)
        self.server.heard = []
        self.server.was_busy = False
        self.server.left = threading.Event()
        self.server.begun = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        return self

    def __exit__(self, *_):
        self.server.left.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
