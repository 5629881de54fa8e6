"""What Maven brings from its central repository, collected once per version into a folder of the checkout."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kyodo_local.processes import CannotStart

_OLDEST_JAVA = 17
_KEPT_ENVIRONMENT = ("PATH", "HOME", "JAVA_HOME", "JAVA_TOOL_OPTIONS", "LANG", "TMPDIR")


@dataclass(frozen=True)
class Collection:
    """What a pom depends on; `instead` tells people what to do without Java and Maven."""

    name: str
    size: str
    pom: Path
    instead: str

    @property
    def remedy(self) -> str:
        """What to do where Java or Maven is missing."""
        return f"install a Java runtime (Debian: apt install openjdk-17-jre-headless maven), {self.instead}"

    def find_java(self) -> str:
        """The `java` to use, from JAVA_HOME or the PATH. Raises CannotStart where it is missing or older than 17."""
        home = os.environ.get("JAVA_HOME")
        program = shutil.which("java", path=f"{home}/bin") if home else None
        program = program or shutil.which("java")
        needed = f"{self.name} needs Java {_OLDEST_JAVA} or newer"
        if program is None:
            raise CannotStart(f"{needed}, and there is no `java` here.", remedy=self.remedy)
        said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
        number = re.search(r'version "(\d+)', said)
        if number is None or int(number[1]) < _OLDEST_JAVA:
            heard = next((line for line in said.splitlines() if "version" in line), said.strip())
            raise CannotStart(f"{needed}; {program} says: {heard}", remedy=self.remedy)
        return program

    def collect(self, folder: Path, prepare: Callable[[Path], None] = lambda _: None, *, edition: str = "") -> None:
        """Fill the folder, once per version of the pom and `edition`; says so, for it takes a while.

        `prepare` works on what was collected before it counts as complete. Raises CannotStart where `mvn` is missing
        or fails.
        """
        wanted = hashlib.sha256(self.pom.read_bytes() + edition.encode()).hexdigest()
        stamp = folder / ".pom"
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (folder.parent / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # another test run may be at it
            if stamp.exists() and stamp.read_text() == wanted:
                return
            draft = folder.with_name(f"{folder.name}.new")
            shutil.rmtree(draft, ignore_errors=True)
            self._fetch(draft)
            prepare(draft)
            (draft / stamp.name).write_text(wanted)
            shutil.rmtree(folder, ignore_errors=True)
            draft.rename(folder)

    def _fetch(self, draft: Path) -> None:
        maven = shutil.which("mvn")
        if maven is None:
            what = f"Maven is needed to collect {self.name} the first time, and there is no `mvn` here."
            raise CannotStart(what, remedy=self.remedy)
        print(f"kyodo: collecting {self.name} ({self.size}, once) …", file=sys.stderr, flush=True)
        log = draft.parent / "maven.log"
        with log.open("wb") as output:
            command = [maven, "-B", "-f", str(self.pom), "dependency:copy-dependencies", f"-DoutputDirectory={draft}"]
            status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False)
        if status.returncode:
            lines = [line for line in log.read_text(errors="replace").splitlines() if "ERROR" in line]
            raise CannotStart(
                f"Maven could not collect {self.name} (status {status.returncode}).",
                remedy="check the network and Maven's settings (~/.m2/settings.xml), then try again.",
                log=log,
                tail="\n".join(lines[:10]),
            )


def java_environment() -> dict[str, str]:
    """What a Java program gets of our environment."""
    return {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
