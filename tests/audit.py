"""Are there known vulnerabilities in what is locked? `python -m tests.audit [LOCK…]` asks pip-audit.

Where its data cannot be reached nobody is kept from testing: it says so in one line.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = tuple(str(ROOT / name) for name in ("requirements-dev.lock", "requirements-uv.lock"))
SECONDS = 5  # that its data may keep it waiting for an answer
#: What pip-audit says of a server that does not answer, or that knows none of the packages, as a mirror of the index.
UNREACHABLE = ("Could not connect", "ConnectionError", "Timeout", "could not be audited")
COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--strict"),
    *("--format", "json", "--progress-spinner", "off", "--timeout", str(SECONDS)),
)


def main(locks: Sequence[str] = LOCKS) -> int:
    """Exit status 1 when something locked is known to be vulnerable, or the audit itself failed."""
    named = [part for lock in locks for part in ("--requirement", lock)]
    done = subprocess.run([*COMMAND, *named], capture_output=True, text=True, check=False)
    if done.stdout.strip():
        found = [each for each in json.loads(done.stdout)["dependencies"] if each["vulns"]]
        for each in found:
            known = ", ".join(f"{one['id']} ({' '.join(one['fix_versions']) or 'no fix'})" for one in each["vulns"])
            print(f"{each['name']} {each['version']} is known to be vulnerable: {known}")
        return min(len(found), 1)
    said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    if any(each in said for each in UNREACHABLE):
        print(f"Nobody could be asked for known vulnerabilities, so none were looked for: {said[:160]}")
        return 0
    print(done.stderr, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or LOCKS))
