"""What an account of a pool costs, in CPU time and memory, beside a data centre on the same machine.

    measure_fleet.py ACCOUNTS       with TGCALL, TGDC and SIGN_IN in the environment, as scripts/fleet-programs sets them
"""
import os
import sys
import time

from fleet import Fleet, until

SENT, IDLE_S = 500, 30


def cpu_ms(pool):
    with open("/proc/%d/stat" % pool.process.pid) as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def memory_kb(pool):
    with open("/proc/%d/status" % pool.process.pid) as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def measure(fleet, accounts):
    one = fleet.pool("one", "--max", "1")
    until(lambda: "one" in fleet.owners().values(), "nothing is claimed")
    time.sleep(3)
    base = memory_kb(one)
    one.end()
    pool = fleet.pool("all")
    until(lambda: set(fleet.owners().values()) == {"all"}, "not all are claimed", 3600)
    time.sleep(20)
    begun = cpu_ms(pool)
    print("to begin: %.1f ms an account" % (begun / accounts))
    time.sleep(IDLE_S)
    print("idle: %.2f ms an account and minute" % ((cpu_ms(pool) - begun) * 60 / IDLE_S / accounts))
    if accounts > 1:
        print("memory: %.1f KiB an account" % ((memory_kb(pool) - base) / (accounts - 1)))
    before = cpu_ms(pool)
    for i in range(SENT):
        fleet.send(fleet.names[i % accounts])
    until(lambda: not fleet.missing(), "messages are missing", 3600)
    time.sleep(3)
    print("messages: %.2f ms each, printed and saved" % ((cpu_ms(pool) - before) / SENT))


def main(accounts):
    fleet = Fleet(accounts)
    try:
        measure(fleet, accounts)
    finally:
        fleet.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]))
