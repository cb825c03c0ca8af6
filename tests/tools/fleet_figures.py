"""What an account of a pool costs, in CPU time and memory of the pool and in bytes of the database, beside a data centre on the same machine.

    fleet_figures.py [--database KIND] ACCOUNTS...      KIND: sqlite, postgresql, redis
"""
import argparse
import os
import subprocess
import sys
import time

from fleet import Fleet, until
from resp import Redis

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tables"))
import servers  # noqa: E402  beside the suite of the library

SENT, IDLE_S, CALM_S, PATIENCE_S = 500, 60, 5, 3600


def cpu_ms(pool):
    """Of its threads, to the nanosecond (/proc/PID/task/TID/schedstat): bursts are shorter than a tick of the clock."""
    folder, total = "/proc/%d/task" % pool.process.pid, 0
    for thread in os.listdir(folder):
        with open(os.path.join(folder, thread, "schedstat")) as file:
            total += int(file.read().split()[0])
    return total / 1e6


def memory_kb(pool):
    with open("/proc/%d/status" % pool.process.pid) as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def calm(pool):
    """Until it does nothing more of what it began with."""
    while True:
        before = cpu_ms(pool)
        time.sleep(CALM_S)
        if cpu_ms(pool) - before < 0.02 * CALM_S * 1000:
            return


def bytes_of(server, fleet):
    """What the database takes on its disk or, of Redis, in memory."""
    if server.kind == "sqlite":
        return os.path.getsize(fleet.path)
    if server.kind == "redis":
        redis = Redis(server)
        text = redis.ask("INFO", "memory").decode()
        redis.close()
        return int(text.split("used_memory:")[1].split()[0])
    query = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname LIKE 'tlgen%' AND relkind = 'r'"
    return int(subprocess.run([servers.program_of("psql"), "-AtXq", "-h", "127.0.0.1", "-p", str(server.port), "-U", "tester", "-d", "postgres",
                               "-c", query], check=True, capture_output=True, env=servers.WITHOUT_MASK | {"PGPASSWORD": server.password}).stdout)


def measure(server, fleet, accounts, empty):
    one = fleet.pool("one", "--max", "1")
    until(lambda: len(one.holds()) == 1, "nothing is claimed")
    calm(one)
    base = memory_kb(one)
    one.end()
    pool = fleet.pool("all")
    until(lambda: len(pool.holds()) == accounts, "not all are claimed", PATIENCE_S)
    calm(pool)
    begun = cpu_ms(pool)
    print("  to begin: %.1f ms an account" % (begun / accounts))
    time.sleep(IDLE_S)
    idle = (cpu_ms(pool) - begun) / IDLE_S
    print("  idle: %.2f ms an account and minute" % (idle * 60 / accounts))
    if accounts > 1:
        print("  memory: %.1f KiB an account, %.1f MiB in all" % ((memory_kb(pool) - base) / (accounts - 1), memory_kb(pool) / 1024))
    before, at = cpu_ms(pool), time.monotonic()
    for i in range(SENT):
        fleet.send(fleet.names[i % accounts])
    until(lambda: not fleet.missing(), "messages are missing", PATIENCE_S)
    calm(pool)
    spent = cpu_ms(pool) - before - idle * (time.monotonic() - at)  # of what thousands do beside it
    print("  messages: %.2f ms each, printed and saved" % (spent / SENT))
    pool.end()
    print("  database: %.1f KiB an account" % ((bytes_of(server, fleet) - empty) / 1024 / accounts), flush=True)


def figures(kind, accounts):
    print("%s, %d accounts" % (kind, accounts), flush=True)
    with servers.Server(kind) as server:
        empty = bytes_of(server, None) if kind == "redis" else 0
        fleet = Fleet(accounts, None if kind == "sqlite" else server.url)
        try:
            measure(server, fleet, accounts, empty)
        finally:
            fleet.stop()


def main():
    parser = argparse.ArgumentParser(prog="fleet-figures")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "redis"), default="sqlite")
    parser.add_argument("accounts", type=int, nargs="+")
    args = parser.parse_args()
    if servers.missing(args.database):
        sys.exit("there is no %s" % ", ".join(servers.missing(args.database)))
    for accounts in args.accounts:
        figures(args.database, accounts)


if __name__ == "__main__":
    main()
