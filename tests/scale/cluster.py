"""A real Spark cluster on this machine: a master, two workers, and the Thrift server that SQLAlchemy talks to."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pyspark

HOME = Path(pyspark.__file__).parent
HOST = "127.0.0.1"
PATIENCE_SECONDS = 900.0
WORKERS = 2


@dataclass(frozen=True)
class Cluster:
    """Addresses and processes of a running cluster."""

    url: str
    workers: tuple[psutil.Popen, ...]

    def kill_worker(self) -> None:
        """One worker with its executors ends without a word, as if its machine had gone."""
        worker = self.workers[0]
        gone = [*worker.children(recursive=True), worker]
        for each in gone:
            each.kill()
        psutil.wait_procs(gone, timeout=30)

    @property
    def is_whole(self) -> bool:
        return all(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in self.workers)


@contextlib.contextmanager
def running(folder: Path, driver_memory: str = "3g", executor_memory: str = "1g") -> Iterator[Cluster]:
    """A cluster whose files lie in a folder; all its processes end with the block."""
    java = shutil.which("java")
    if java is None:
        raise SystemExit("Spark needs Java 17 or newer: apt-get install openjdk-17-jre-headless")
    folder.mkdir(parents=True, exist_ok=True)
    ports = [_free_port() for _ in range(2)]
    master = f"spark://{HOST}:{ports[0]}"
    started: list[psutil.Popen] = []
    settings = {
        "spark.driver.memory": driver_memory,
        "spark.executor.memory": executor_memory,
        "spark.ui.enabled": "false",
        "spark.sql.maxPlanStringLength": "1000",  # statements are long, and each would be told in full
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.warehouse.dir": folder / "warehouse",
    }

    def start(name: str, *command: object) -> psutil.Popen:
        with (folder / f"{name}.log").open("wb") as log:
            environment = os.environ | {"SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": HOST, "SPARK_DAEMON_MEMORY": "512m"}
            written = [str(each) for each in command]
            made = psutil.Popen(written, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        started.append(made)
        return made

    try:
        launch, deploy = HOME / "bin" / "spark-class", "org.apache.spark.deploy"
        start("master", launch, f"{deploy}.master.Master", "--host", HOST, "--port", ports[0], "--webui-port", 0)
        _wait_for(ports[0], started)
        place = ("--host", HOST, "--cores", 1, "--memory", executor_memory, "--webui-port", 0)
        workers = tuple(
            start(
                f"worker{number}",
                launch,
                f"{deploy}.worker.Worker",
                *place,
                "--work-dir",
                folder / f"w{number}",
                master,
            )
            for number in range(WORKERS)
        )
        told = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
        thrift = {"authentication": "NOSASL", "thrift.port": ports[1], "thrift.bind.host": HOST}
        hive = [word for name, value in thrift.items() for word in ("--hiveconf", f"hive.server2.{name}={value}")]
        server = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
        start(
            "thrift",
            HOME / "bin" / "spark-submit",
            "--master",
            master,
            *told,
            "--class",
            server,
            "spark-internal",
            *hive,
        )
        _wait_for(ports[1], started)
        yield Cluster(f"spark://{HOST}:{ports[1]}/default?auth=NOSASL", workers)
    finally:
        ending = [each for one in started if one.is_running() for each in (one, *one.children(recursive=True))]
        for each in ending:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(ending, timeout=30)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return found.getsockname()[1]


def _wait_for(port: int, started: list[psutil.Popen]) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        for each in started:
            if each.poll() is not None:
                raise SystemExit(f"A process of the cluster ended at once: {' '.join(each.args)[:200]}")
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.5)
    raise SystemExit(f"The cluster did not answer on port {port} within {PATIENCE_SECONDS:.0f} s")
