#!/usr/bin/env python3
"""Starts llama.cpp's server (from the xllamacpp wheel) on a free loopback port and stays until SIGTERM.

Writes its URL into --ready-file, by rename, once the model is loaded.
"""
import argparse
import os
import signal
import threading

import xllamacpp


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--ready-file")
    parser.add_argument("--port", type=int, default=0, help="for those who want to look while the model is being loaded")
    parser.add_argument("--context", type=int, default=4096, help="tokens, shared by the parallel slots")
    parser.add_argument("--parallel", type=int, default=2)
    parser.add_argument("--api-key")
    parser.add_argument("--thorough", action="store_true", help="check each weight and warm up, which takes its time")
    parser.add_argument("--no-metrics", action="store_true", help="as llama-server comes without options")
    return parser.parse_args()


def tell(address, ready_file):
    url = address if address.startswith("http") else f"http://{address}"
    partial = f"{ready_file}.part"
    with open(partial, "w", encoding="utf-8") as file:
        file.write(url + "\n")
    os.replace(partial, ready_file)


def main():
    args = arguments()
    params = xllamacpp.CommonParams()
    params.model.path = args.model
    params.hostnames = ["127.0.0.1"]
    params.port = args.port
    params.model_alias = ["tiny"]
    params.n_ctx = args.context
    params.n_parallel = args.parallel
    params.cpuparams.n_threads = 1  # a second thread spins against whatever else the machine does
    params.warmup = params.check_tensors = args.thorough
    params.endpoint_slots = params.endpoint_props = True
    params.endpoint_metrics = not args.no_metrics
    if args.api_key:
        params.api_keys = [args.api_key]
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server = xllamacpp.Server(params)
    if args.ready_file:
        tell(server.listening_address, args.ready_file)
    ended.wait()
    os._exit(0)  # the server's own threads do not matter any more


if __name__ == "__main__":
    main()
