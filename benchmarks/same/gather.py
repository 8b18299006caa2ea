"""Collects what a rehearsal left behind: stored objects, ledger, audit, notices, pages and downloads, as files."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import boto3
import httpx
from botocore.config import Config

from benchmarks.same.rehearsal import Rehearsal
from benchmarks.same.stack import Stack
from deployments.demo.web import DemoPerson

STORED = {
    "cohorts": "cohort", "samples": "sample", "letters": "letter", "returns": "return-tables", "templates": "template",
    "evaluations": "evaluation-list", "findings": "finding", "corrections": "finding", "explanations": "explanation",
    "incoming": "upload",
}  # fmt: skip
"""The kind of an object by the first folder of its key; a report and the tables of a return share a folder."""

_TABLES = """
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"""
_KEYS = """
    SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
    WHERE indrelid = %s::regclass AND indisprimary ORDER BY array_position(indkey::int[], attnum::int)"""
_OF_MACHINES = {
    "alembic_version",
    "auditentry",
    "audithead",
    "beat",
    "tally",
    "outboxevent",
    "uploadsession",
    "link",
    "wake",
}
"""Tables that say how the work went, not what came of it; the audit is collected by itself."""
_HOW = {
    "clock_shift_seconds", "attempts", "failures", "not_before", "lease_owner", "lease_until", "fault", "etag",
    "version_id", "board_digest",
}  # fmt: skip
"""Columns that say how the work went: the rehearsal's clock, leases, names that the store gives, the board's state."""
_FORMS = {
    "report": ("html", "xlsx", "csv"),
    "template": ("xlsx", "ods", "csv"),
    "letter": ("pdf", "docx", "odt", "html", "json"),
}


def gather(stack: Stack, rehearsals: Iterable[Rehearsal], out: Path) -> None:
    """Write everything that the rehearsals of a stack left behind into folders by kind."""
    _ledger(stack, out / "ledger")
    _objects(stack, out)
    for rehearsal in (item for item in rehearsals if item.ref):
        _audit(stack, rehearsal.ref, out / "audit")
        _notices(stack, rehearsal.ref, out / "notice")
        _visits(rehearsal, out)


def _write(path: Path, data: bytes | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


def _json(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"


def _objects(stack: Stack, out: Path) -> None:
    """Copy every object of the evidence store; its key, without digest and random id, is the name of the file."""
    client = boto3.client(
        "s3", endpoint_url=stack.addresses["JTAI_S3_ENDPOINT_URL"], region_name="us-east-1",
        aws_access_key_id=stack.addresses["JTAI_S3_ACCESS_KEY"],
        aws_secret_access_key=stack.addresses["JTAI_S3_SECRET_KEY"],
        verify=stack.addresses.get("JTAI_S3_CA_FILE"), config=Config(s3={"addressing_style": "path"}, proxies={}),
    )  # fmt: skip
    bucket, numbers = stack.addresses.get("JTAI_S3_BUCKET", "jtai-evidence"), dict[str, int]()
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    objects = [item for page in pages for item in page.get("Contents", ())]
    for item in sorted(objects, key=lambda item: (nameless(item["Key"]), item["LastModified"])):
        key = nameless(item["Key"])
        numbers[key] = numbers.get(key, 0) + 1
        name = key if numbers[key] == 1 else f"{numbers[key]} {key}"
        data = client.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
        _write(out / _kind(key) / "stored" / name.replace("/", " "), data)


def nameless(key: str) -> str:
    """Return a key without the digest that ends its name, and without random ids."""
    return re.sub(r"-[0-9a-f]{16}(?=\.)", "", re.sub(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", "random", key))


def _kind(key: str) -> str:
    kind = STORED.get(key.partition("/")[0], "other-object")
    if key.rpartition("/")[2].startswith("manifest"):
        return "manifest"
    return "verdict" if kind == "return-tables" and key.endswith(".json") else kind


def _ledger(stack: Stack, out: Path) -> None:
    """Write every row, under its key and whatever table it is in, so that a table may be split in two."""
    rows: dict[str, dict[str, Any]] = {}
    for table in (row["tablename"] for row in stack.rows(_TABLES)):
        if table in _OF_MACHINES:
            continue
        keys = [row["attname"] for row in stack.rows(_KEYS, table)]
        for row in stack.rows(f'SELECT to_jsonb(t) AS value FROM "{table}" AS t'):  # noqa: S608 - a table's own name
            value = {column: cell for column, cell in row["value"].items() if column not in _HOW}
            name = " ".join(nameless(str(row["value"][key])) for key in keys)
            if any(re.fullmatch(r"[0-9a-f]{32}", str(row["value"][key])) for key in keys):
                name = f"{table} {value.get('once') or value.get('request_id') or value.get('inspection')}"
            rows.setdefault(name, {}).update(value)
    for name, value in rows.items():
        _write(out / f"{name.replace('/', ' ')}.json", _json(value))


def _audit(stack: Stack, ref: str, out: Path) -> None:
    """Write the entries on each subject in their order; entries on different subjects may be written side by side."""
    query = "SELECT actor, action, subject, facts FROM auditentry WHERE inspection = %s ORDER BY number"
    subjects: dict[str, list[dict[str, Any]]] = {}
    for entry in stack.rows(query, ref):
        subjects.setdefault(nameless(entry["subject"]), []).append(entry)
    for subject, entries in subjects.items():
        _write(out / f"{ref} {subject.replace('/', ' ')}.json", _json(entries))


def _notices(stack: Stack, ref: str, out: Path) -> None:
    answer = httpx.get(
        f"{stack.portal}/outbox.json", params={"key": stack.outbox_key}, timeout=60, trust_env=False
    ).json()
    for notice in (row for row in answer if row["inspection"] == ref):
        kept = {name: notice[name] for name in ("kind", "to_name", "to_mailbox", "subject", "body")}
        _write(out / f"{nameless(notice['once']).replace('/', ' ')}.json", _json(kept))


def _visits(rehearsal: Rehearsal, out: Path) -> None:
    """Open what each person who took part can read and download."""
    stack, ref = rehearsal.stack, rehearsal.ref
    team = rehearsal.person("inspector")
    for path in (
        "",
        "/sample",
        "/lists",
        "/lists/hidden",
        "/findings",
        "/findings/F01/evidence",
        "/comments",
        "/letter",
    ):
        _keep(team, f"/inspections/{ref}{path}", out / "page")
    for name in ("sample/chart.svg", *(f"letter.{form}" for form in _FORMS["letter"])):
        _keep(team, f"/inspections/{ref}/{name}", out / ("letter" if name.startswith("letter") else "download"))
    query = "SELECT id, agency_id, current_version FROM request WHERE inspection = %s ORDER BY id"
    for request in stack.rows(query, ref):
        person = rehearsal.person(request["agency_id"])
        _keep(person, f"/requests/{request['id']}", out / "page")
        for form in _FORMS["template"]:
            _keep(person, f"/requests/{request['id']}/template.{form}", out / "template")
        for version in range(1, request["current_version"] + 1):
            _submission(person, f"/submissions/{request['id']}-v{version}", out)


def _submission(person: DemoPerson, page: str, out: Path) -> None:
    for path in ("", "/queries", "/places.csv"):
        _keep(person, f"{page}{path}", out / "page")
    for form in _FORMS["report"]:
        _keep(person, f"{page}/report.{form}", out / f"report-{form}")
    _keep(person, f"{page}/marked/1.xlsx", out / "marked")


def _keep(person: DemoPerson, path: str, out: Path) -> None:
    """Open a page and keep what it answers; that it is not there is kept as well."""
    answer = person.browser.get(path)
    there = answer.status_code == httpx.codes.OK
    name = path.strip("/").replace("/", " ")
    _write(out / "portal" / name, answer.content if there else f"status {answer.status_code}\n")
