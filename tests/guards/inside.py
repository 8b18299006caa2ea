"""Guards behind the doors: scanner, children that read files, audit, keys, the store."""

from tests.guards import Guard

_SANDBOX = "tests/validation/engine/test_isolation.py"
_CONFINED = f"{_SANDBOX}::test_a_child_does_its_work_and_nothing_else"
_AUDIT = "tests/tasks/ledger/test_audit.py"
_PROOF = "tests/tasks/ledger/test_proof.py"
_STORE = "tests/deployments/test_store.py"
_AT_REST = "tests/deployments/test_at_rest.py"
_SEALING = "tests/tasks/ground/test_sealing.py"

INSIDE = (
    Guard(
        "something else at the address is no scanner",
        "tasks/returns/scanning.py",
        '        if not engine.startswith("ClamAV "):\n',
        "        if False:\n",
        "tests/tasks/returns/test_scanning.py::test_a_scanner_that_does_not_say_what_it_is_is_not_believed",
    ),
    Guard(
        "what is not a clear answer is not clean",
        "tasks/returns/scanning.py",
        "    if match is None or match[1].startswith(_LIMITS):\n",
        '    if match is None:\n        return ""\n    if match[1].startswith(_LIMITS):\n',
        "tests/tasks/returns/test_scanning.py::test_no_clear_answer_is_never_clean",
    ),
    Guard(
        "what a scanner finds too large is not clean",
        "tasks/returns/scanning.py",
        "    if match is None or match[1].startswith(_LIMITS):\n",
        '    if match and match[1].startswith(_LIMITS):\n        return ""\n    if match is None:\n',
        "tests/tasks/returns/test_scanning.py::test_no_clear_answer_is_never_clean",
    ),
    Guard(
        "an answer before the end of a file is not about the file",
        "tasks/returns/scanning.py",
        "            _check_silent(connection)\n",
        "",
        "tests/tasks/returns/test_scanning.py::test_no_clear_answer_is_never_clean",
    ),
    Guard(
        "a child that reads files has no network and opens no socket",
        "validation/engine/isolation.py",
        '    done = {"network": confinement.without_network(), "user": confinement.as_user(ties["user"])}\n',
        '    done = {"network": True, "user": confinement.as_user(ties["user"])}\n'
        "    confinement.without_calls = lambda: True\n",
        _CONFINED,
    ),
    Guard(
        "a child that reads files is nobody",
        "validation/engine/isolation.py",
        'confinement.as_user(ties["user"])}',
        "True}",
        _CONFINED,
    ),
    Guard(
        "a workbook of findings is opened by the child that may do nothing else",
        "portal/team/grids.py",
        '        status, output = isolation.run("portal.team.grids", limit + data, _SECONDS)\n',
        "        import subprocess\n\n"
        '        done = subprocess.run([sys.executable, "-m", "portal.team.grids"], input=limit + data, check=False,\n'
        "                              stdout=subprocess.PIPE)\n"
        "        status, output = done.returncode, done.stdout\n",
        "tests/portal/team/test_grids.py::test_the_process_that_opens_findings_workbooks_has_nothing_to_give_away",
    ),
    Guard(
        "a workbook of findings takes so much time of a processor and no more",
        "portal/team/grids.py",
        "    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))\n",
        "",
        "tests/portal/team/test_grids.py::test_the_process_that_opens_findings_workbooks_has_nothing_to_give_away",
    ),
    Guard(
        "a child that reads files reaches no other file",
        "validation/engine/isolation.py",
        '    done["files"] = confinement.within(reads, [_ROOT], writes)\n',
        '    done["files"] = True\n',
        _CONFINED,
    ),
    Guard(
        "a child that reads files has no secret in its environment",
        "validation/engine/isolation.py",
        "{name: os.environ[name] for name in _KEPT if name in os.environ}",
        "dict(os.environ)",
        _CONFINED,
    ),
    Guard(
        "a child that reads files leaves no core dump",
        "validation/engine/confinement.py",
        "    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
        "    # The limit alone does not hold where the kernel hands a dump to a program.\n"
        "    _libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)\n",
        "",
        "tests/portal/test_serve.py::test_l5_no_dump_of_its_memory_can_be_made",
    ),
    Guard(
        "only so many children read files at once",
        "validation/engine/isolation.py",
        "    if not _places.acquire(timeout=seconds):\n        raise BusyError\n",
        "    _places.acquire(timeout=seconds)\n",
        f"{_SANDBOX}::test_only_so_many_run_at_once_and_who_waits_too_long_hears_of_it",
    ),
    Guard(
        "an entry's hash covers what it says",
        "tasks/ledger/audit.py",
        "        if entry.hash != seal(entry):\n",
        "        if False:\n",
        f"{_AUDIT}::test_l6_any_edited_field_is_found_at_its_entry",
    ),
    Guard(
        "an entry follows the one before it",
        "tasks/ledger/audit.py",
        "        if entry.previous != previous:\n",
        "        if False:\n",
        f"{_AUDIT}::test_l6_a_resealed_entry_breaks_the_next_one",
    ),
    Guard(
        "a chain has all its entries",
        "tasks/ledger/audit.py",
        "    if head is not None and head != (number, previous):\n",
        "    if False:\n",
        f"{_AUDIT}::test_l6_a_missing_entry_is_found",
    ),
    Guard(
        "the application's role adds to the audit alone",
        "models/rights.py",
        "        f\"REVOKE UPDATE, DELETE ON {', '.join(INSERT_ONLY)} FROM {quoted}\",\n",
        "",
        "tests/models/test_rights.py::test_a_database_that_the_application_owned_is_taken_over_with_its_rights_alone",
    ),
    Guard(
        "the head of a chain never moves back",
        "models/migrations/versions/0042_what_is_written_stays.py",
        "OR NEW.number <> OLD.number + 1 THEN",
        "THEN",
        "tests/models/test_rights.py::test_l6_the_head_of_a_chain_moves_on_by_one_and_never_back",
    ),
    Guard(
        "an anchored entry is the one that was anchored",
        "tasks/ledger/proof.py",
        "        elif entries[anchor.number - 1].hash != anchor.hash:\n",
        "        elif False:\n",
        f"{_PROOF}::test_l6_no_tampering_of_a_kind_is_missed_once_an_anchor_is_held",
    ),
    Guard(
        "an anchor counts by its signature",
        "tasks/ledger/proof.py",
        "        elif not anchor.is_signed_by(keys):\n",
        "        elif False:\n",
        f"{_PROOF}::test_an_anchor_of_another_inspection_or_key_is_told",
    ),
    Guard(
        "nothing is dated back behind an anchor",
        "tasks/ledger/proof.py",
        "    if len(entries) > anchor.number and entries[anchor.number].at < anchor.at:\n",
        "    if False:\n",
        f"{_PROOF}::test_an_entry_dated_between_the_last_one_and_its_anchor_is_told",
    ),
    Guard(
        "rows of decisions are those of the chain",
        "tasks/ledger/proof.py",
        "        *(rows_apart(entries, export.rows) if export.rows else []),\n",
        "",
        f"{_PROOF}::test_l6_no_tampering_of_a_kind_is_missed_once_an_anchor_is_held",
    ),
    Guard(
        "what was anchored otherwise is not anchored again",
        "tasks/ledger/anchors.py",
        "    if (kept.number, kept.hash) != (made.number, made.hash) or not kept.is_signed_by(public_keys()):\n",
        "    if False:\n",
        "tests/tasks/ledger/test_anchors.py::test_l6_a_chain_written_anew_is_refused_when_it_is_to_be_anchored_again",
    ),
    Guard(
        "anchors are locked so that nobody lifts it",
        "tasks/ledger/anchors.py",
        '{"ObjectLockMode": "COMPLIANCE",',
        '{"ObjectLockMode": "GOVERNANCE",',
        "tests/tasks/ledger/test_anchors.py::test_l6_a_head_is_anchored_once_and_kept_under_a_lock_that_nobody_lifts",
    ),
    Guard(
        "the actor is in the hash",
        "tasks/ledger/audit.py",
        "entry.at, entry.actor, entry.action",
        "entry.at, entry.action",
        f"{_AUDIT}::test_l6_any_edited_field_is_found_at_its_entry",
    ),
    Guard(
        "a key of one purpose says nothing of another",
        "tasks/ground/keys.py",
        "    keys = ring().keys[purpose]\n",
        "    keys = next(iter(ring().keys.values()))\n",
        "tests/deployments/test_keys.py::test_a_key_that_leaked_opens_nothing_more_and_every_other_still_does",
    ),
    Guard(
        "a replaced key no longer counts",
        "models/key_ring.py",
        "if keep or purpose in REMEMBERED else ()",
        "if True else ()",
        "tests/models/test_key_ring.py::test_a_replaced_key_changes_its_purpose_alone",
    ),
    Guard(
        "a piece of a secret is not enough",
        "tasks/ground/keys.py",
        "hmac.compare_digest(each.encode(), given.encode())",
        "each.startswith(given)",
        "tests/tasks/ground/test_keys.py::test_a_piece_of_what_was_derived_is_not_enough",
    ),
    Guard(
        "the store's ports for programs know each other by certificate",
        "deployments/store.py",
        "        certificates.secure(self.certificates, self.folder, datetime.now(UTC))\n",
        "",
        f"{_STORE}::test_a_stranger_plants_nothing_and_makes_no_administrator",
    ),
    Guard(
        "the store's master answers no stranger's browser",
        "deployments/store.py",
        '                "-disableHttp",\n',
        "",
        f"{_STORE}::test_no_port_for_browsers_lets_a_stranger_take_or_destroy",
    ),
    Guard(
        "our own key of the store lifts no lock",
        "deployments/store.py",
        '_APPLICATION = ("Read", "List", "GetObjectRetention", "PutObjectRetention")',
        '_APPLICATION = ("Read", "List", "GetObjectRetention", "PutObjectRetention", "BypassGovernanceRetention")',
        f"{_STORE}::test_l2_the_applications_key_lifts_no_lock",
    ),
    Guard(
        "nothing is destroyed that anything holds",
        "tasks/retention/deciding.py",
        "        if holding := held_by(standing_of(session, inspection), RecordClass(row.record_class)):\n",
        "        if holding := ():\n",
        "tests/tasks/retention/test_erasing.py::test_nothing_goes_before_its_day_or_while_anything_holds_it",
    ),
    Guard(
        "a hold that comes after the confirmation halts a destruction",
        "tasks/retention/erasing.py",
        "    if row.step == DestructionStep.NONE and (why := _halted(identity)):\n",
        '    if row.step == "never" and (why := _halted(identity)):\n',
        "tests/tasks/retention/test_erasing.py::test_a_hold_that_comes_after_the_confirmation_halts_it",
    ),
    Guard(
        "what is destroyed is refused at the door, whatever an older ledger says",
        "tasks/retention/gone.py",
        "for kind in session.exec(query)) | keys.destroyed(ref)",
        "for kind in session.exec(query))",
        "tests/tasks/retention/test_erasing.py::test_what_an_older_backup_brings_back_is_found_and_destroyed_again",
    ),
    Guard(
        "a certificate is signed by the key that it names",
        "tasks/retention/certificates.py",
        "    if not verify(body, Signature(",
        "    if False and not verify(body, Signature(",
        "tests/tasks/retention/test_certificates.py::test_no_byte_of_it_can_be_changed_unseen",
    ),
    Guard(
        "our own key of the store changes nothing about its bucket",
        "deployments/store.py",
        'f"Write:{self.bucket}/*"',
        'f"Write:{self.bucket}", f"Admin:{self.bucket}"',
        f"{_STORE}::test_l2_the_applications_key_changes_nothing_about_its_bucket",
    ),
    Guard(
        "what is put once is sealed",
        "tasks/ground/store.py",
        "            Body=vault.seal(key, data),\n",
        "            Body=data,\n",
        f"{_AT_REST}::test_a_file_that_was_sent_lies_nowhere_in_plain_nor_does_its_name",
    ),
    Guard(
        "what a browser put is sealed before its receipt",
        "tasks/returns/arrivals.py",
        "        stored = store.seal_arrived(stored)\n",
        "        pass\n",
        f"{_AT_REST}::test_a_file_that_a_browser_put_is_sealed_before_its_receipt_and_leaves_the_disk",
    ),
    Guard(
        "the last piece says that it is the last",
        "tasks/ground/sealing.py",
        'number.to_bytes(11, "big") + bytes([last])',
        'number.to_bytes(12, "big")',
        f"{_SEALING}::test_pieces_cannot_be_moved_left_out_repeated_or_cut_off",
    ),
    Guard(
        "what is sealed is bound to its place",
        "tasks/ground/sealing.py",
        'b"object\\0" + place.encode()',
        'b"object\\0"',
        f"{_SEALING}::test_pieces_cannot_be_moved_left_out_repeated_or_cut_off",
    ),
    Guard(
        "once all is sealed, plain bytes are not believed",
        "tasks/ground/vault.py",
        "        if scope is not None and not key.startswith(INCOMING) and is_plain_refused():\n",
        "        if False:\n",
        "tests/tasks/ground/test_vault.py::test_once_all_is_sealed_plain_bytes_are_believed_only_where_files_arrive",
    ),
    Guard(
        "what was destroyed stays destroyed",
        "tasks/ground/vault.py",
        "    return tombstone_of(scope) is not None or",
        "    return",
        "tests/tasks/ground/test_vault.py::test_what_was_destroyed_opens_nowhere_and_is_not_made_again",
    ),
)
