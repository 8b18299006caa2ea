"""What was tried against one running stack, worst first, and what plays each attempt again.

`tests/test_attacks.py` holds that every test and every guard named here is there. What is critical, high or medium
names the guards without which it would succeed again; `make guards` takes them away one by one.
"""

from dataclasses import dataclass

_STORE = "tests/deployments/test_store.py"
_GATE = "tests/portal/gate/test_gate.py"
_WHO_GATE = "tests/portal/gate/test_who_at_gate.py"
_WHO = "tests/portal/test_who_may.py"
_FOREIGN = "tests/portal/test_foreign_ids.py"
_TRACES = "tests/portal/test_traces_left.py"
_DOORS = "tests/portal/test_doors.py"
_FRESH = "tests/portal/pages/test_fresh.py"
_MACHINES = "tests/portal/doors/test_machines.py"
_BODIES = "tests/portal/pages/test_bodies.py"
_SENDERS = "tests/tasks/people/test_senders.py"
_TWO = "tests/tasks/people/test_two_people.py"
_CHANGING = "tests/tasks/people/test_changing.py"
_AUDIT = "tests/tasks/ledger/test_audit.py"
_AT_REST = "tests/deployments/test_at_rest.py"
_VAULT = "tests/tasks/ground/test_vault.py"
_PROOF = "tests/tasks/ledger/test_proof.py"
_ANCHORS = "tests/tasks/ledger/test_anchors.py"
_RIGHTS = "tests/models/test_rights.py"
_WRONG = "tests/tasks/wrong_files"
_GRIDS = "tests/portal/team/test_grids.py"


@dataclass(frozen=True, slots=True)
class Attack:
    """One attempt.

    Attributes:
        rank: `critical`, `high`, `medium` and `low` for what succeeded once; `held` for what never did.
        what: what is tried.
        tests: that play it.
        guards: names of lines of `tests/guards/` that prevent it.
        remains: what of it is still possible; empty where nothing is known.
    """

    rank: str
    what: str
    tests: tuple[str, ...]
    guards: tuple[str, ...] = ()
    remains: str = ""


ATTACKS = (
    Attack(
        "critical",
        "the store's ports for programs, asked without credentials: list, copy, plant, destroy, administer",
        (
            f"{_STORE}::test_the_stores_shell_tells_a_stranger_nothing_and_us_everything",
            f"{_STORE}::test_a_stranger_copies_no_volume",
            f"{_STORE}::test_a_stranger_plants_nothing_and_makes_no_administrator",
            f"{_STORE}::test_a_port_for_programs_speaks_with_nobody_who_has_no_certificate_of_ours",
            f"{_STORE}::test_l2_the_applications_key_lifts_no_lock",
        ),
        (
            "the store's ports for programs know each other by certificate",
            "our own key of the store lifts no lock",
            "our own key of the store changes nothing about its bucket",
        ),
    ),
    Attack(
        "critical",
        "job variables, or a pool's template, run any program on the worker with every secret in its environment",
        (
            f"{_GATE}::test_job_variables_are_refused_and_recorded",
            f"{_GATE}::test_what_is_refused_does_not_reach_prefect",
            f"{_WHO_GATE}::test_a_role_uses_what_the_table_says_and_nothing_else",
            "tests/flows/test_gate.py::test_nobody_runs_a_program_of_their_own_on_the_worker",
            "tests/deployments/test_pools.py::test_each_variable_has_its_default_for_good",
        ),
        (
            "job variables are refused",
            "what is refused does not reach Prefect",
            "a run holds the answers of its form and nothing else",
            "a pool's template takes nothing from a run",
        ),
    ),
    Attack(
        "high",
        "a typed name decides, one person is two, and nobody can say who did or read something",
        (
            f"{_TWO}::test_l11_a_typed_name_neither_asks_nor_confirms",
            f"{_TWO}::test_l11_nobody_is_the_second_person_to_themselves_in_whatever_role",
            f"{_GATE}::test_l11_a_program_starts_no_decision_without_an_order",
            f"{_WHO_GATE}::test_a_role_starts_what_the_table_says_and_nothing_else",
            "tests/tasks/people/test_orders.py::test_what_a_confirmation_needs_is_what_the_act_needs",
            f"{_TRACES}::test_every_opening_of_what_is_confidential_is_recorded_with_the_person",
            f"{_TRACES}::test_a_finding_names_the_role_in_which_it_was_recorded",
        ),
        (
            "a typed name is no identity",
            "nobody is the second person to themselves",
            "a program starts no decision without an order",
            "a decision is confirmed by the role that it needs, however its id is typed",
        ),
        remains="The operator comes in with a key, which names no person; whoever uses a link to a shared mailbox "
        "types a name, which is marked as not proven.",
    ),
    Attack(
        "high",
        "a mailbox that the code makes up gets the notices of a real inspection, and its team has no way in",
        (
            "tests/test_attacks.py::test_no_mailbox_is_made_up_outside_rehearsals",
            "tests/tasks/inspection/test_taking_part.py::"
            "test_l12_an_announcement_without_a_contact_names_what_is_missing_and_the_page_to_enter_it",
            "tests/tasks/inspection/test_taking_part.py::"
            "test_l12_everybody_of_the_team_is_told_at_the_announcement_with_a_way_in",
            "tests/tasks/inspection/test_taking_part.py::"
            "test_l12_managers_and_oversight_are_told_of_the_announcement_with_a_way_in",
        ),
        (
            "a real inspection makes no contact up",
            "the team is told of the announcement with a way in",
        ),
    ),
    Attack(
        "high",
        "a kept cookie, an unused link or a token opens on after sign-out, an ended role, a cancelled inspection",
        (
            f"{_FRESH}::test_l15_a_copied_cookie_opens_nothing_once_its_owner_has_signed_in_again",
            f"{_FRESH}::test_somebody_else_at_the_same_browser_begins_a_session_of_their_own",
            f"{_DOORS}::test_l15_a_kept_cookie_opens_nothing_after_signing_out",
            f"{_DOORS}::test_l15_a_cancelled_inspection_shuts_every_door_at_once",
            f"{_WHO}::test_l15_what_has_ended_opens_nothing",
            f"{_WHO}::test_l15_all_access_ends_with_the_inspection",
            f"{_WHO_GATE}::test_l15_what_has_ended_opens_no_route",
            f"{_FOREIGN}::test_l15_a_person_ends_none_but_their_own_sessions",
            "tests/portal/operator/test_door.py::test_l15_a_kept_cookie_opens_nothing_after_the_operator_signed_out",
            f"{_SENDERS}::test_l15_what_is_put_after_a_role_has_ended_counts_only_once_a_colleague_reports_it",
            f"{_MACHINES}::test_l15_a_file_put_after_its_token_was_revoked_is_not_taken_and_its_agency_is_told",
            f"{_MACHINES}::test_l15_a_document_put_after_its_token_was_revoked_is_not_taken",
            "tests/deployments/test_keys.py::test_a_key_that_leaked_opens_nothing_more_and_every_other_still_does",
        ),
        (
            "signing out ends the session, not the cookie alone",
            "an older secret of a session opens nothing",
            "signing in again gives a session another secret",
            "a session ends where somebody else signs in at its browser",
            "a provider that could not be asked lets nobody in for ever",
            "a role from claims ends with them, by a link too",
            "whom the provider no longer knows is not let in",
            "a check at the provider is of the session's own person",
            "a role of an organisation that is no longer claimed ends",
            "an ended session opens nothing",
            "an ended role lets in no more",
            "all access ends with the inspection",
            "a shared mailbox's link ends with the inspection",
            "a token ends with its inspection",
            "a stream ends with its session",
            "signing out ends the operator's session, not the cookie alone",
            "whoever may send no more sends no file by an address from before",
            "a token that was revoked sends no document by an address from before",
            "a person ends none but their own sessions",
        ),
    ),
    Attack(
        "high",
        "a stranger's large body is parsed before the door is looked at, and everybody else waits",
        (
            f"{_BODIES}::test_of_a_stranger_nothing_is_parsed",
            f"{_BODIES}::test_no_page_leaves_its_body_to_be_parsed_before_the_page_asks_who_sends_it",
            f"{_FOREIGN}::test_of_another_agencys_person_no_file_is_read",
            "tests/portal/test_serve.py::"
            "test_a_strangers_40_mib_are_refused_unparsed_and_others_are_answered_meanwhile",
        ),
        (
            "of a stranger's message nothing is read",
            "a body that grows beyond its limit is refused on its way",
            "a body larger than any upload is refused on its way",
            "of another agency's person no file is read",
        ),
    ),
    Attack(
        "high",
        "an entry of the audit is edited, cut out or put elsewhere by what writes it",
        (
            f"{_AUDIT}::test_l6_any_edited_field_is_found_at_its_entry",
            f"{_AUDIT}::test_l6_a_missing_entry_is_found",
            f"{_AUDIT}::test_l6_a_resealed_entry_breaks_the_next_one",
            f"{_AUDIT}::test_l6_an_edit_in_the_database_is_found",
            f"{_RIGHTS}::test_l6_the_applications_role_may_not",
            f"{_RIGHTS}::test_l6_the_head_of_a_chain_moves_on_by_one_and_never_back",
        ),
        (
            "an entry's hash covers what it says",
            "an entry follows the one before it",
            "a chain has all its entries",
            "the application's role adds to the audit alone",
            "the head of a chain never moves back",
        ),
    ),
    Attack(
        "high",
        "whoever owns the database makes a whole chain anew, or takes it away with its head",
        (
            f"{_PROOF}::test_l6_no_tampering_of_a_kind_is_missed_once_an_anchor_is_held",
            f"{_PROOF}::test_l6_each_of_the_fourteen_tamperings_is_told_in_a_sentence",
            f"{_ANCHORS}::test_l6_a_chain_that_is_gone_with_its_head_and_its_anchors_is_found_by_the_store",
            f"{_ANCHORS}::test_l6_a_chain_written_anew_is_refused_when_it_is_to_be_anchored_again",
            f"{_ANCHORS}::test_l6_a_head_is_anchored_once_and_kept_under_a_lock_that_nobody_lifts",
        ),
        (
            "an anchored entry is the one that was anchored",
            "an anchor counts by its signature",
            "nothing is dated back behind an anchor",
            "rows of decisions are those of the chain",
            "what was anchored otherwise is not anchored again",
            "anchors are locked so that nobody lifts it",
        ),
        remains="What was written since the last anchor is held by the next one. On the embedded store whoever has the "
        "machine can take the store's copies away; the inspectorates' anchors and notices stay.",
    ),
    Attack(
        "medium",
        "wrong links, tokens, keys and ids, and readings of draft letters, evidence and reports, leave no trace",
        (
            f"{_TRACES}::test_every_opening_of_what_is_confidential_is_recorded_with_the_person",
            f"{_TRACES}::test_every_refused_attempt_is_recorded_with_who_tried",
            f"{_TRACES}::test_who_tries_without_end_fills_nothing_and_is_still_refused",
            f"{_WHO_GATE}::test_what_is_refused_leaves_a_trace",
            f"{_WHO}::test_every_page_for_those_who_are_signed_in_says_whether_its_reading_is_recorded",
        ),
        (
            "what is refused to somebody at a page leaves a trace",
            "a cookie of an ended session leaves a trace",
            "a wrong link leaves a trace",
            "a wrong token leaves a trace",
            "who reads an embargoed letter is recorded",
            "who reads an evidence chain is recorded",
            "what a lead inspector may not read in Prefect leaves a trace",
        ),
    ),
    Attack(
        "medium",
        "more is put at an address for an upload than was announced, another size, or addresses without end",
        (
            f"{_MACHINES}::test_an_address_takes_a_file_of_the_size_that_was_announced_and_no_other",
            f"{_MACHINES}::test_a_file_beyond_the_limit_is_removed_whatever_was_announced",
            f"{_MACHINES}::test_a_size_that_no_file_has_gets_no_address",
            f"{_MACHINES}::test_an_agency_holds_so_many_addresses_at_once_and_no_more",
        ),
        (
            "the length of an upload is signed",
            "what arrived beyond the limit is refused",
            "what is refused is removed",
            "a size is that of a file",
            "an agency holds so many addresses at once",
        ),
    ),
    Attack(
        "medium",
        "a sender believes that personal data in a column that was not asked for is not kept",
        (
            "tests/validation/files/test_layout.py::"
            "test_what_is_said_of_a_column_left_out_is_so_before_and_after_the_file_is_destroyed",
            "tests/validation/files/test_reducing.py::test_a_column_goes_and_everything_else_stays_in_its_place",
            "tests/validation/files/test_reducing.py::test_whether_a_cell_was_filled_is_not_kept_either",
        ),
        ("what is said of a column that was left out is so", "what a column holds that was not asked for is not kept"),
    ),
    Attack(
        "medium",
        "a workbook of findings that has taken over its reader looks for secrets, network, time and company",
        (
            f"{_GRIDS}::test_the_process_that_opens_findings_workbooks_has_nothing_to_give_away",
            f"{_GRIDS}::test_only_so_many_workbooks_are_opened_at_once",
            "tests/validation/engine/test_isolation.py::test_a_child_does_its_work_and_nothing_else",
        ),
        (
            "a workbook of findings is opened by the child that may do nothing else",
            "a workbook of findings takes so much time of a processor and no more",
            "a child that reads files has no secret in its environment",
            "a child that reads files has no network and opens no socket",
            "a child that reads files is nobody",
            "only so many children read files at once",
        ),
    ),
    Attack(
        "medium",
        "the operator's key stands in an address, lasts for ever, or is guessed without end",
        (
            f"{_DOORS}::test_the_outbox_does_not_exist_without_its_key",
            f"{_DOORS}::test_the_outbox_shows_notices_with_links_and_hides_its_key",
            "tests/portal/operator/test_dead_work.py::test_the_operators_page_is_for_who_holds_the_key",
            "tests/deployments/test_keys.py::test_the_operators_session_and_open_forms_end_with_either_key",
            "tests/portal/people/test_register.py::test_wrong_attempts_are_recorded_and_too_many_wait",
        ),
        ("the operator's pages ask for the key", "a wrong key of the operator's form leaves a trace"),
        remains="The key names no person.",
    ),
    Attack(
        "medium",
        "the disk of the store or of the database, or a copy of it, is read",
        (
            f"{_AT_REST}::test_a_file_that_was_sent_lies_nowhere_in_plain_nor_does_its_name",
            f"{_AT_REST}::test_a_file_that_a_browser_put_is_sealed_before_its_receipt_and_leaves_the_disk",
            f"{_VAULT}::test_files_of_the_vault_are_for_their_owner_and_hold_no_key",
            "tests/tasks/returns/test_killed_checks.py::test_l5_a_check_that_is_killed_leaves_nothing_of_the_file",
            "tests/tasks/ground/test_passing.py::test_l5_nothing_of_it_is_on_the_disk",
        ),
        ("what is put once is sealed", "what a browser put is sealed before its receipt"),
        remains="Keys of objects, sizes and times; and what a program put straight into the store, until it is sealed, "
        "for whoever has the list of names of the embedded store besides its volumes.",
    ),
    Attack(
        "medium",
        "sealed bytes are cut, moved, or put in the place of others",
        (
            "tests/tasks/ground/test_sealing.py::test_pieces_cannot_be_moved_left_out_repeated_or_cut_off",
            "tests/tasks/ground/test_sealing.py::test_no_bit_can_be_changed",
            f"{_VAULT}::test_what_is_sealed_opens_at_its_place_alone",
            f"{_VAULT}::test_once_all_is_sealed_plain_bytes_are_believed_only_where_files_arrive",
        ),
        (
            "the last piece says that it is the last",
            "what is sealed is bound to its place",
            "once all is sealed, plain bytes are not believed",
        ),
        remains="Until `python -m deployments.vault seal` has run once, plain bytes are believed as well.",
    ),
    Attack(
        "medium",
        "what was destroyed comes back from an older copy of the store or of the keys",
        (
            f"{_VAULT}::test_what_was_destroyed_opens_nowhere_and_is_not_made_again",
            f"{_VAULT}::test_a_death_at_any_step_of_a_destruction_leaves_nothing_that_opens",
        ),
        ("what was destroyed stays destroyed",),
        remains="Somebody who has an older copy of the vault and the key outside, and programs of their own.",
    ),
    Attack(
        "medium",
        "somebody who has left, or works elsewhere, is let in or told by what was given them before",
        (
            f"{_CHANGING}::test_l15_whoever_left_has_no_way_in_and_nobody_chooses_them_again",
            f"{_CHANGING}::test_l15_whoever_works_elsewhere_has_no_role_for_the_organisation_before",
            "tests/portal/people/test_register.py::test_l15_whoever_left_is_out_at_once_and_stands_in_no_list",
            "tests/tasks/people/test_organisations.py::"
            "test_l15_a_corrected_mailbox_counts_where_inspections_go_on_and_links_at_the_old_one_open_nothing",
        ),
        (
            "whoever left has no role, not even one to come",
            "whoever left is chosen no more",
            "whoever works elsewhere has no role for the organisation before",
            "links at a shared mailbox of before open nothing",
        ),
        remains="Somebody must record that a person has left, or a provider say that it knows them no more.",
    ),
    Attack(
        "medium",
        "a cookie of ours reaches Prefect, or its pages are framed by another address or kept after signing out",
        (f"{_GATE}::test_no_cookie_of_ours_reaches_prefect_and_no_answer_of_it_is_framed_or_kept",),
        (
            "no cookie of ours reaches Prefect",
            "no page of another address shows Prefect in a frame",
            "no browser keeps what Prefect answered",
        ),
    ),
    Attack(
        "medium",
        "a person's number gets into a run of Prefect as a number, or as the name of a field that no form has",
        ("tests/portal/gate/test_runs.py::test_what_is_more_than_the_form_is_refused",),
        ("a number of a person is one as a number too", "a run has the fields of forms and no others"),
    ),
    Attack(
        "medium",
        "the name that somebody gives at a shared mailbox leads readers of our notices to another site",
        ("tests/tasks/people/test_persons.py::test_nobody_puts_a_link_into_notices_by_the_name_that_they_give",),
        ("a name leads nobody to another site",),
    ),
    Attack(
        "low",
        "a browser comes without TLS",
        ("tests/portal/pages/test_cookies.py::test_with_tls_browsers_are_told_to_come_by_it_alone",),
    ),
    Attack(
        "low",
        "whether a mailbox is known is told by the time of the answer",
        ("tests/portal/doors/test_sign_in.py::test_the_answer_has_left_before_anybody_looks_for_the_address",),
    ),
    Attack(
        "low",
        "senders who send nothing, half a line or a body for ever hold all places",
        ("tests/portal/test_serve.py::test_who_only_holds_a_place_is_hung_up_on",),
    ),
    Attack(
        "low",
        "a message of a store that no store sends stops the door or the queue",
        (
            f"{_BODIES}::test_a_message_of_a_store_that_no_store_sends_is_400",
            f"{_BODIES}::test_what_an_envelope_holds_is_looked_at_as_closely",
            "tests/tasks/returns/test_arrivals.py::test_whatever_a_message_holds_it_is_read_without_fault",
        ),
    ),
    Attack(
        "low",
        "a sender who breaks off is logged as our fault",
        (f"{_BODIES}::test_whoever_breaks_off_is_no_fault_of_ours",),
    ),
    Attack(
        "low",
        "Prefect's description, documents and settings are read without signing in",
        (f"{_GATE}::test_nobody_gets_in",),
    ),
    Attack(
        "low",
        "the store's pages for browsers are read without a password",
        (f"{_STORE}::test_no_port_for_browsers_lets_a_stranger_take_or_destroy",),
        remains="Counts of volumes can be read on the machine itself.",
    ),
    Attack(
        "low",
        "another host sets a cookie of ours; a session lasts for ever",
        (
            "tests/portal/pages/test_cookies.py::"
            "test_a_cookie_has_a_name_that_browsers_guard_and_pages_know_it_by_its_own",
            "tests/portal/pages/test_cookies.py::test_a_cookie_that_another_host_may_have_set_is_not_let_in",
            "tests/tasks/people/test_sessions.py::test_a_session_that_nobody_used_for_half_an_hour_is_over",
        ),
    ),
    Attack(
        "low",
        "behind a proxy, addresses for uploads name the inside of the house",
        (f"{_MACHINES}::test_senders_reach_the_store_at_its_public_address_behind_a_proxy_with_tls",),
    ),
    Attack(
        "low",
        "a package with a known fault goes unseen",
        ("tests/deployments/test_bill_of_materials.py::test_the_bill_names_every_locked_package_and_its_version",),
        remains="The bill of materials is not compared with a list of known faults.",
    ),
    Attack(
        "held",
        "ids of another agency, inspection or role at every page and at the door of programs",
        (
            f"{_FOREIGN}::test_what_is_somebody_elses_does_not_exist",
            f"{_FOREIGN}::test_a_program_opens_nothing_of_anybody_else",
            f"{_FOREIGN}::test_a_pen_writes_in_its_own_name_and_inspection_alone",
            f"{_FOREIGN}::test_an_upload_that_waits_says_nothing_to_another_agency",
            f"{_WHO}::test_a_role_comes_in_where_the_table_says_and_nowhere_else",
            f"{_DOORS}::test_another_agencys_addresses_do_not_exist",
        ),
    ),
    Attack(
        "held",
        "a link that a mail scanner opens is used up, used twice, guessed, or found in the database",
        (
            f"{_DOORS}::test_opening_a_link_uses_nothing_and_pressing_the_button_uses_it_once",
            f"{_DOORS}::test_an_expired_or_altered_link_is_refused_without_a_hint",
            "tests/tasks/people/test_sign_in_links.py::test_of_many_uses_at_once_exactly_one_signs_in",
            "tests/tasks/people/test_sign_in_links.py::test_l5_the_secret_of_a_link_is_nowhere_in_the_database",
        ),
    ),
    Attack(
        "held",
        "another site sends a form in somebody's name",
        (
            f"{_DOORS}::test_a_form_without_its_token_changes_nothing",
            "tests/portal/pages/test_forms.py::test_a_form_of_another_browser_or_sign_in_is_refused",
            f"{_GATE}::test_a_page_of_another_address_may_not_use_a_session",
        ),
    ),
    Attack(
        "held",
        "an address for an upload is used twice, without its condition, or completed by another agency",
        (
            f"{_DOORS}::test_l1_completing_an_upload_twice_gives_one_receipt",
            f"{_MACHINES}::test_a_token_opens_nothing_of_another_agency",
        ),
    ),
    Attack(
        "held",
        "text of a sender becomes a script of a page, a letter or a document",
        (
            "tests/portal/pages/test_frame.py::test_every_text_is_escaped",
            "tests/portal/pages/test_headers.py::test_the_letters_policy_runs_no_script_and_sends_no_form",
            "tests/tasks/letters/test_compiling.py::test_hostile_text_stays_as_typed",
            "tests/tasks/letters/test_compiling.py::test_hostile_text_is_escaped_in_html",
        ),
    ),
    Attack(
        "held",
        "text of a sender becomes a formula in a download",
        (
            "tests/portal/agency/test_requests.py::test_l5_downloads_hold_no_formula_and_no_value",
            "tests/validation/annotated/test_copies.py::test_nothing_that_was_sent_becomes_a_formula",
            "tests/validation/engine/test_checking.py::test_formulas_are_harmless_in_reports",
        ),
    ),
    Attack(
        "held",
        "a small workbook unpacks to more than the machine has, names entities, or is none",
        (
            "tests/validation/files/test_readers.py::test_bombs_and_impostors_are_refused_before_any_parser",
            f"{_GRIDS}::test_what_is_no_workbook_ends_its_reader_and_not_the_portal",
        ),
    ),
    Attack(
        "held",
        "a file's name leads elsewhere or reaches a log",
        (
            f"{_DOORS}::test_l5_a_senders_file_name_stays_with_the_object",
            "tests/tasks/ground/test_store.py::test_a_name_in_any_script_comes_back_as_it_was",
        ),
    ),
    Attack(
        "held",
        "a hook without or with another token, another bucket, an object that nobody was permitted to send",
        (
            f"{_MACHINES}::test_the_webhook_is_for_those_who_know_its_token",
            f"{_MACHINES}::test_without_a_token_there_is_no_webhook",
            "tests/tasks/returns/test_arrivals.py::test_what_another_bucket_reports_is_not_taken_for_ours",
            "tests/tasks/returns/test_arrivals.py::test_an_object_that_nobody_was_permitted_to_send_is_left_alone",
        ),
    ),
    Attack(
        "held",
        "a token that was revoked, has ended, or stands elsewhere than in its header",
        (
            f"{_MACHINES}::test_a_token_that_was_revoked_or_has_ended_is_worth_nothing",
            f"{_MACHINES}::test_without_a_token_that_holds_nothing_is_told",
        ),
    ),
    Attack(
        "held",
        "somebody else on the machine reaches the database, the secrets or Prefect's interface",
        (
            "tests/deployments/test_stack_storage.py::test_a_stack_is_private_and_safe",
            "tests/deployments/test_stack_prefect.py::test_the_api_asks_for_a_password",
        ),
    ),
    Attack(
        "held",
        "data is destroyed although a hold, a complaint or an open plan keeps it, by one person or before its day",
        (
            "tests/tasks/retention/test_erasing.py::test_nothing_goes_before_its_day_or_while_anything_holds_it",
            "tests/tasks/retention/test_erasing.py::test_a_hold_that_comes_after_the_confirmation_halts_it",
            "tests/tasks/retention/test_legal_holds.py::test_l11_one_person_sets_and_lifts_nothing",
        ),
    ),
    Attack(
        "held",
        "a file that was sent in error is opened by another way, taken again, or brought back by its store or a backup",
        (
            f"{_WRONG}/test_putting_aside.py::test_nobody_opens_it_from_that_moment_and_the_receipt_keeps_its_digest",
            f"{_WRONG}/test_putting_aside.py::test_put_aside_before_and_while_it_is_checked_it_gets_no_verdict",
            f"{_WRONG}/test_putting_aside.py::test_the_same_bytes_are_not_taken_again_and_no_report_makes_a_version",
            f"{_WRONG}/test_returned.py::test_objects_and_rows_that_came_back_go_again",
        ),
        remains="what a frozen cohort took from it lies sealed until the data about children is destroyed",
    ),
    Attack(
        "held",
        "somebody puts aside a file of another agency or inspection, or confirms what they asked for themselves",
        (
            f"{_WRONG}/test_putting_aside.py::test_another_agency_and_another_inspection_never_reach_it",
            f"{_WRONG}/test_deciding.py::test_the_person_who_asked_cannot_confirm",
            f"{_WRONG}/test_deciding.py::test_a_legal_hold_stands_against_destruction_and_not_against_release",
        ),
    ),
    Attack(
        "held",
        "an older backup brings back what was destroyed",
        ("tests/tasks/retention/test_erasing.py::test_what_an_older_backup_brings_back_is_found_and_destroyed_again",),
        remains="a vault whose tombstones are put back from before the destruction, together with ledger and store",
    ),
    Attack(
        "held",
        "a certificate of a destruction is forged, or changed by one byte",
        (
            "tests/tasks/retention/test_certificates.py::test_no_byte_of_it_can_be_changed_unseen",
            "tests/tasks/retention/test_certificates.py::test_another_key_or_an_audit_without_it_is_told",
        ),
    ),
    Attack(
        "held",
        "a child's data or a secret stands in the database, a log or Prefect",
        ("tests/flows/test_personal_data.py::test_l5_no_name_number_or_birth_date_is_outside_the_evidence_store",),
    ),
    Attack(
        "held",
        "hostile addresses, fields and cookies make a fault",
        (
            f"{_DOORS}::test_a_hostile_address_is_a_page_that_does_not_exist",
            f"{_DOORS}::test_hostile_fields_are_refused_and_break_nothing",
            f"{_DOORS}::test_a_changed_cookie_signs_nobody_in",
        ),
    ),
)
