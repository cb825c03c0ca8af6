#!/usr/bin/env python3
"""The example that counts, asked over HTTP: what it says is what has happened, and in the format of Prometheus.

    metrics.py TGDC PROGRAM...
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

tgdc, programs = sys.argv[1], sys.argv[2:]
LINE = re.compile(r'^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9]+(\.[0-9]+)?$')


def ask(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def values(text):
    """The numbers by their names and labels; every line is one or a comment, and each metric stands once."""
    types, found = [], {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            types.append(line.split()[2])
        elif not line.startswith("# HELP "):
            assert LINE.match(line), line
            key, value = line.rsplit(" ", 1)
            assert key not in found, line
            found[key] = float(value)
    assert len(types) == len(set(types)), types
    return found


def run(program, dc):
    process = subprocess.Popen([program, "1", dc["dcs"][0]["address"], dc["public_key"]], env=os.environ | {"METRICS_PORT": "0"},
                               stdout=subprocess.PIPE, text=True)
    try:
        url, end, now = process.stdout.readline().strip(), time.monotonic() + 30, {}
        while not (now.get("mtp_connected") == 1 and now.get('mtp_calls_total{method="help.getNearestDc"}') == 1):
            assert time.monotonic() < end, now
            time.sleep(0.05)
            now = values(ask(url))
        assert now['mtp_connections_total{dc="2",kind="main"}'] == 1, now
        assert now['mtp_received_bytes_total{dc="2",kind="main"}'] > 500, now
        assert now['mtp_sent_bytes_total{dc="2",kind="main"}'] > 500, now
        assert now['mtp_calls_failed_total{method="help.getNearestDc"}'] == 0, now
        assert now['mtp_round_trip_seconds_bucket{method="help.getNearestDc",le="+Inf"}'] == 1, now
        assert 0 <= now['mtp_round_trip_seconds_sum{method="help.getNearestDc"}'] < 30, now
        buckets = [value for key, value in now.items() if key.startswith("mtp_center_round_trip_seconds_bucket")]
        assert len(buckets) == 12 and buckets == sorted(buckets), buckets
    finally:
        process.kill()
        process.wait()
    print(os.path.basename(program) + ": ok")


with tempfile.TemporaryDirectory() as work:
    server = subprocess.Popen([tgdc, "--listen", "127.0.0.1:0", "--state", os.path.join(work, "state")], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    try:
        ready = json.loads(server.stdout.readline())
        for path in programs:
            run(path, ready)
    finally:
        server.terminate()
        server.wait()
