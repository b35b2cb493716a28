"""Other libraries that answer the same question, each in an environment of its own, made by uv and gone afterwards."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

UV = Path(sys.prefix) / "uv" / "bin" / "uv"
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Contender:
    """What is installed, and the script that lets it answer; ours runs where this runs."""

    name: str
    script: str
    options: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


CONTENDERS = (
    Contender("this product", "with_ours"),
    Contender("CausalPy, sampled", "with_causalpy", ("sampled",), ("CausalPy",)),
    Contender("CausalPy, least squares", "with_causalpy", ("least_squares",), ("CausalPy",)),
    # Written for older libraries: newer ones lack DataFrame.applymap, and get_forecast(alpha=…).
    Contender("pycausalimpact", "with_pycausalimpact", (), ("pycausalimpact", "pandas<3", "statsmodels<0.15")),
)


@dataclass(frozen=True, slots=True)
class Found:
    """For each series seconds and ratio with its interval; or why there is none."""

    version: str
    seconds: list[float]
    everything: list[float]
    ends: list[tuple[float, float, float]]
    failure: str | None = None


def answered(contender: Contender, series: Path, folder: Path) -> Found:
    """Every series answered by one contender, in a process of its own."""
    try:
        python = _environment(contender, folder)
        answers = folder / f"{contender.name}.json"
        script = ["-m", f"benchmarks.libraries.{contender.script}"]
        if contender.packages:
            script = [str(HERE / f"{contender.script}.py")]
        _run(python, *script, str(series), str(answers), *contender.options)
    except subprocess.CalledProcessError as failure:
        lines = failure.stderr.strip().splitlines()
        return Found("", [], [], [], lines[-1] if lines else f"exit status {failure.returncode}")
    told = json.loads(answers.read_text())
    rows = told["found"]
    everything = [row["everything"] for row in rows if "everything" in row]
    return Found(told["version"], [row["seconds"] for row in rows], everything, [tuple(row["ends"]) for row in rows])


def _environment(contender: Contender, folder: Path) -> str:
    if not contender.packages:
        return sys.executable
    place = folder / f"environment-{contender.script}"
    python = place / "bin" / "python"
    if not python.exists():
        _run(str(UV), "venv", "--quiet", "--python", sys.executable, str(place))
        _run(str(UV), "pip", "install", "--quiet", "--python", str(python), *contender.packages)
    return str(python)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
