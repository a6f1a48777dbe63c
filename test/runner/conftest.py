"""One thread a process, so that results don't depend on the machine; the runner is imported from server/."""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
RUNNER = Path(__file__).resolve().parents[2] / "server" / "runner"
sys.path[:0] = [str(RUNNER), str(Path(__file__).parent)]
os.environ["PYTHONPATH"] = str(RUNNER)


def pytest_configure(config):
    told = os.environ.get("HELDOUT_PYTEST_OUTCOMES")
    if told:
        config.pluginmanager.register(Outcomes(told))


class Outcomes:
    """Tells the project's own test run what there is and how each test ended, a JSON line each."""

    def __init__(self, file):
        self.file = open(file, "a", encoding="utf-8", buffering=1)
        #: Of the test at hand.
        self.failure, self.skipped, self.printed = "", "", ""

    def tell(self, **record):
        self.file.write(json.dumps(record) + "\n")

    def pytest_collection_finish(self, session):
        self.tell(tests=[item.nodeid for item in session.items])

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failure += report.longreprtext
        if report.skipped:
            self.skipped = str(report.longrepr[-1])
        if report.when == "teardown":
            outcome = "failed" if self.failure else "skipped" if self.skipped else "passed"
            self.tell(test=report.nodeid, outcome=outcome, text=self.failure or self.skipped or report.capstdout)
            self.failure, self.skipped = "", ""
