"""A run for build servers: JUnit's XML."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hmaint.cli.format.machine import stamp
from hmaint.model.run import Check, RunRecord


def junit(runs: list[RunRecord]) -> str:
    """One suite a run, one case a check: warning and critical fail, not examined is an error."""
    root = ET.Element("testsuites", name="hmaint")
    for run in runs:
        counts = run.counts()
        suite = ET.SubElement(
            root,
            "testsuite",
            name=f"{run.site} {run.playbook}",
            tests=str(sum(counts.values())),
            failures=str(counts["warning"] + counts["critical"]),
            errors=str(counts["unknown"]),
            skipped=str(counts["skipped"]),
            timestamp=str(stamp(run.started_at)),
        )
        for check in run.checks:
            _case(suite, check)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _case(suite: ET.Element, check: Check) -> None:
    case = ET.SubElement(suite, "testcase", classname=check.target, name=f"{check.id} {check.title}")
    tag = {"warning": "failure", "critical": "failure", "unknown": "error", "skipped": "skipped"}.get(
        check.level
    )
    if tag is not None:
        outcome = ET.SubElement(case, tag, message=_xml(check.summary))
        if tag != "skipped":
            outcome.set("type", str(check.level))
            outcome.text = "\n".join(_xml(finding.summary) for finding in check.findings)


def _xml(text: str) -> str:
    """Text without what XML 1.0 cannot hold."""
    return "".join(
        c
        for c in text
        if c in "\t\n" or (" " <= c <= "\ud7ff") or ("\ue000" <= c <= "\ufffd") or c > "\uffff"
    )
