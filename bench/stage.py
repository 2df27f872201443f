"""What the benchmarks share: the peer's packages, the local server, the machine."""

import os
import pathlib
import platform
import shutil
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PEERS = ROOT / "bench/peers"
PACKAGES = TARGET / "tools/peers"
PATIENCE = 60  # seconds
PASSWORD = "demo-password"


def machine():
    """Processor, cores and load, for the reader of a table."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the run"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def interpreter():
    """The peer's Python: PEER_PYTHON, or the distribution's, which is built for speed, where it takes the same packages as
    this one."""
    asked = os.environ.get("PEER_PYTHON")
    for python in [asked] if asked else ["/usr/bin/python3", sys.executable]:
        told = [python, "-c", "import sys; print(sys.version_info[:2] == %r)" % (sys.version_info[:2],)]
        if pathlib.Path(python).exists() and subprocess.run(told, capture_output=True, text=True).stdout.strip() == "True":
            return python
    sys.exit(f"{asked} is no Python {sys.version_info[0]}.{sys.version_info[1]}, whose packages are installed.")


PYTHON = interpreter()


def python():
    """Which Python the peer has."""
    told = [PYTHON, "-c", "import platform; print(platform.python_version(), platform.python_compiler())"]
    return f"{subprocess.run(told, check=True, capture_output=True, text=True).stdout.strip()} ({PYTHON})"


def install():
    """The peer's packages, in a folder of their own. The mark is written last."""
    wanted, mark = (PEERS / "requirements.txt").read_text() + f"{sys.version_info[:2]}\n", PACKAGES / "installed"
    if not mark.is_file() or mark.read_text() != wanted:
        shutil.rmtree(PACKAGES, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-warn-conflicts", "--root-user-action", "ignore", "--target", PACKAGES]
        subprocess.run([*pip, "-r", PEERS / "requirements.txt"], check=True)
        # As an image in Lambda has them.
        subprocess.run([PYTHON, "-m", "compileall", "-q", PACKAGES, PEERS], check=False)
        mark.write_text(wanted)


def serve(folder, binary):
    """The local server, in memory: its process, its address, and the settings with which functions join it."""
    port = free_port()
    file = folder / "functions.env"
    file.unlink(missing_ok=True)
    command = [binary, "--in-memory", "--port", str(port), "--rate-limits", "off", "--functions-env", file]
    env = {**os.environ, "DEMO_PASSWORD": PASSWORD}
    server = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE
    while not file.exists():
        if server.poll() is not None or time.monotonic() > until:
            server.kill()
            sys.exit("The local server did not start.")
        time.sleep(0.1)
    time.sleep(0.5)
    settings = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
    return server, f"http://127.0.0.1:{port}", settings
