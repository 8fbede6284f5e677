#!/usr/bin/env python3
"""llmgw health where keys and certificates are wrong: the verdict is clear, every format is what its readers take, and
never a word of the key that was sent."""
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from hostile import CANARY, FORMATS, HASTY, Hostile, always, checks, end, examine, good_but, health, home, is_utf8, run, whole



def certificates():
    if not shutil.which("openssl"):
        print("certificates: skipped, there is no openssl")
        return
    folder = os.path.join(home.path, "tls")
    os.mkdir(folder)

    def certificate(name, *more):
        cert, key = (os.path.join(folder, f"{name}.{end}") for end in ("pem", "key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, *more],
                       check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        return cert, context

    cert, context = certificate("other", "-subj", "/CN=other.example", "-addext", "subjectAltName=DNS:other.example")
    run("a certificate that nobody signed", good_but(), 10, ("tls", "certificate_self_signed"), context=context)
    config = os.path.join(home.path, "tls.toml")
    with Hostile(good_but(), context) as server:
        with open(config, "w", encoding="utf-8") as file:
            file.write(f'[profiles.p]\nkind = "vllm"\nbase_url = "https://127.0.0.1:{server.port}"\nca_file = "{cert}"\n')
        examine("a certificate of another name", "p", 10, ("tls", "certificate_name"), ("--config", config))
    with Hostile(good_but()) as server:
        examine("plain HTTP where TLS is spoken to", f"vllm+https://127.0.0.1:{server.port}", 10, ("tls", "tls_failed"))
    run("TLS where plain HTTP is spoken to", always(b"\x15\x03\x03\x00\x02\x02\x46"), 10, ("http", "no_answer"))
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        examine("a handshake that is never answered", f"vllm+https://127.0.0.1:{deaf.getsockname()[1]}", 10, more=HASTY)


def secrets():
    def echo(connection, path, head):
        connection.sendall(whole(json.dumps({"error": {"message": "bad request: " + head}}), "401 Unauthorized",
                                 more=f"x-echo: {CANARY}\r\nwww-authenticate: Bearer {CANARY}\r\n"))
        return True

    with Hostile(echo) as server:
        for name in FORMATS:
            status, out, err, _ = health(f"vllm+http://127.0.0.1:{server.port}", "-o", name)
            checks.that(f"{name} of a server that quotes the key tells none", CANARY.encode() not in out + err,
                        repr((out + err)[:500]))
            checks.that(f"{name} has the answer's words", status == (2 if name == "nagios" else 10), str(status))
    state = b"".join(open(os.path.join(where, name), "rb").read()
                     for where, _, names in os.walk(os.path.join(home.path, ".local")) for name in names)
    checks.that("what is remembered holds no key", CANARY.encode() not in state)


def formats():
    """Every format of a report with the worst texts is what its readers take."""
    nasty = "\u001b[31m \u202e| '=\" <&> %0A\n::error::x"
    with Hostile(good_but(_v1_models=whole(json.dumps({"detail": nasty}), "500 Oh"))) as server:
        target = f"vllm+http://127.0.0.1:{server.port}"
        for name in FORMATS:
            _, out, _, _ = health(target, "-o", name)
            checks.that(f"{name} has no escape sequence", b"\x1b" not in out, repr(out[:300]))
            checks.that(f"{name} is UTF-8", is_utf8(out), repr(out[:300]))
        lines = health(target, "-o", "github")[1].decode().splitlines()
        checks.that("github has one command a line", all(line.startswith("::") for line in lines), str(lines))


certificates()
secrets()
formats()
end()
