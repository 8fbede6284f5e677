#!/usr/bin/env python3
"""Records what a server answers on the paths that `llmgw health` asks, for tests/golden/servers.

With --llmgw the verdicts are those of a run against the server itself: read them before they are kept.

usage: record.py --kind KIND --server "NAME VERSION, how it was started" [--key KEY] [--llmgw BINARY]
                 [--mask TEXT=INSTEAD]... URL >FILE
"""
import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from rig import wire

PATHS = ("/health", "/metrics", "/health/liveliness", "/health/readiness", "/health/readiness/details", "/readyz", "/livez",
         "/get_server_info", "/info", "/props", "/", "/api/version", "/api/ps", "/api/tags", "/api/v1/models", "/v2", "/version",
         "/v1/models", "/key/info")
# Others change from answer to answer or tell of the machine that it was recorded on.
HEADERS = ("server", "content-type")
LONGEST = 200_000


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kind", required=True, help="as which it must be identified")
    parser.add_argument("--server", required=True)
    parser.add_argument("--key", help="sent as a bearer, never written")
    parser.add_argument("--llmgw", help="the program whose verdicts on the server are written")
    parser.add_argument("--mask", action="append", default=[], help="what tells of the machine, and what stands for it")
    parser.add_argument("url")
    return parser.parse_args()


def page(url, headers):
    reply = wire.get(url, headers)
    kept = {name: reply.headers[name] for name in HEADERS if name in reply.headers}
    return {"status": reply.status, "headers": kept, "body": reply.body[:LONGEST].decode("utf-8", "replace")}


def verdicts(llmgw, url, key):
    """Of the checks that pages decide; of the others (address, TLS, clock) a recording keeps nothing."""
    with tempfile.TemporaryDirectory() as state:  # of no earlier run
        environment = {**os.environ, "XDG_STATE_HOME": state, "LLMGW_API_KEY": key or ""}
        ran = subprocess.run([llmgw, "health", url, "-o", "json"], env=environment, capture_output=True, check=False)
    checks = json.loads(ran.stdout)["targets"][0]["checks"]
    asked = checks[next(i for i, check in enumerate(checks) if check["id"] == "identity"):]
    return {check["id"]: check["state"] if check["state"] == check["code"] else f"{check['state']} {check['code']}"
            for check in asked}


def main():
    args = arguments()
    headers = {"authorization": f"Bearer {args.key}"} if args.key else {}
    # LiteLLM's /health asks every model for an answer.
    paths = [path for path in PATHS if path != "/health" or args.kind != "litellm"]
    pages = {path: page(args.url + path, headers) for path in paths}
    if args.key and args.key in json.dumps(pages):
        sys.exit("the server shows its key; nothing was recorded")
    said = verdicts(args.llmgw, args.url, args.key) if args.llmgw else {}
    text = json.dumps({"server": args.server, "recorded": datetime.date.today().isoformat(), "kind": args.kind,
                       "keyed": bool(args.key), "verdicts": said, "pages": pages}, indent=1, ensure_ascii=False)
    for mask in args.mask:
        text = text.replace(*mask.split("=", 1))
    print(text)


if __name__ == "__main__":
    main()
