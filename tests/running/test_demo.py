import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing

import psutil
import pytest

from decide import servers
from decide.servers import ROOT


@pytest.fixture
def port():
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def demo(bare_environment, port):
    """A running site without demo or static files, as somebody starts it in a terminal."""
    command = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--bare"],
        cwd=ROOT,
        env=bare_environment | {"PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in command.stdout:
        said.append(line)
        if f"http://localhost:{port}/" in line:
            break
    else:
        pytest.fail("".join(said))
    yield command
    command.terminate()
    command.communicate(timeout=30)


def processes_of(var):
    """Every process that was started for this VAR, whoever its parent is by now."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("VAR") == str(var) or str(var) in " ".join(process.cmdline()):
                found.append(" ".join(process.cmdline()))
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


def test_the_demo_answers_and_ctrl_c_leaves_nothing_running(demo, var, port, bare_environment):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/salud/") as answer:
        assert answer.status == 200
    assert any("celery" in process for process in processes_of(var))
    # A second one would share its database and its tasks.
    second = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env=bare_environment,
        capture_output=True,
        text=True,
    )
    assert second.returncode == 1
    assert "already runs" in second.stderr

    demo.send_signal(signal.SIGINT)
    demo.communicate(timeout=30)

    assert processes_of(var) == []
    assert not servers.Postgres(var).running()
    assert not servers.Valkey(var).running()


def test_a_port_that_is_taken_is_named_and_nothing_is_left_running(var, bare_environment):
    with closing(socket.socket()) as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        port = somebody.getsockname()[1]

        ended = subprocess.run(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env=bare_environment | {"PORT": str(port)},
            capture_output=True,
            text=True,
        )

    assert ended.returncode == 1
    assert f"Port {port} is taken" in ended.stderr
    assert processes_of(var) == []
    assert not servers.Postgres(var).running()


def test_when_one_process_dies_all_are_ended_and_the_reason_is_shown(tmp_path, bare_environment):
    program = f"""
from pathlib import Path
from decide.supervisor import ChildEnded, Supervisor
try:
    with Supervisor(Path({json.dumps(str(tmp_path))})) as supervisor:
        supervisor.start("patient", ["sleep", "600"], Path("/bin"))
        supervisor.start("short", ["sh", "-c", "echo no luck; exit 3"], Path("/bin"))
        supervisor.watch()
except ChildEnded as ended:
    print(supervisor.children["patient"].pid, ended)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=bare_environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    pid, _space, said = ended.stdout.partition(" ")
    assert "«short» ended by itself" in said
    assert "no luck" in said
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
