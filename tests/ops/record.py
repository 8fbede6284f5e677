#!/usr/bin/env python3
"""Records what a server answers on the paths that `llmgw health` asks, for tests/golden/servers.

usage: record.py --kind KIND --server "NAME VERSION, how it was started" [--key KEY] [--verdict CHECK=STATE]... URL >FILE
"""
import argparse
import datetime
import json
import pathlib
import sys

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
    parser.add_argument("--verdict", action="append", default=[], help="what a check must come to")
    parser.add_argument("url")
    return parser.parse_args()


def page(url, headers):
    reply = wire.get(url, headers)
    kept = {name: reply.headers[name] for name in HEADERS if name in reply.headers}
    return {"status": reply.status, "headers": kept, "body": reply.body[:LONGEST].decode("utf-8", "replace")}


def main():
    args = arguments()
    headers = {"authorization": f"Bearer {args.key}"} if args.key else {}
    # LiteLLM's /health asks every model for an answer.
    paths = [path for path in PATHS if path != "/health" or args.kind != "litellm"]
    pages = {path: page(args.url + path, headers) for path in paths}
    if args.key and args.key in json.dumps(pages):
        sys.exit("the server shows its key; nothing was recorded")
    json.dump({"server": args.server, "recorded": datetime.date.today().isoformat(), "kind": args.kind,
               "keyed": bool(args.key), "verdicts": dict(verdict.split("=", 1) for verdict in args.verdict), "pages": pages},
              sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
