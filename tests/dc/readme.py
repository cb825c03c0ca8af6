"""Runs the commands of README.md, one after the other, as somebody would who types them in.

    readme.py README BUILD      BUILD: the folder of the build
"""
import os
import re
import socket
import subprocess
import sys
import tempfile

PORTS = {"4430": 1, "4440": 3}  # as they stand in the text, and how many in a row


def free_ports(count):
    """The first of so many ports in a row that nobody uses."""
    for _ in range(100):
        sockets = [socket.socket() for _ in range(count)]
        try:
            sockets[0].bind(("127.0.0.1", 0))
            first = sockets[0].getsockname()[1]
            for i, other in enumerate(sockets[1:], 1):
                other.bind(("127.0.0.1", first + i))
            return first
        except (OSError, OverflowError):
            continue
        finally:
            for one in sockets:
                one.close()
    sys.exit("no free ports")


def main(readme, build):
    with open(readme, encoding="utf-8") as file:
        script = "\n".join(re.findall(r"^```sh\n(.*?)^```", file.read(), re.M | re.S))
    for port, count in PORTS.items():
        script = script.replace(port, str(free_ports(count)))
    assert "tgdc" in script
    # Whatever happens, what was started in the background ends with the script.
    script = "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + script
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.abspath(build), os.path.join(folder, "build"))
        env = {k: v for k, v in os.environ.items() if not k.startswith("TGCALL_")} | {"XDG_CONFIG_HOME": folder}
        return subprocess.run(["bash", "-eux", "-o", "pipefail", "-c", script], cwd=folder, env=env,
                              timeout=100).returncode


sys.exit(main(*sys.argv[1:]))
