"""Who may what at the gate before Prefect: each route once, and each form and piece of work by who starts it.

`test_who_at_gate.py` holds the gate against it. Whoever lets people use one more route says here who may.
"""

from models.roles import Role

ROUTES = {
    "anybody": """
GET /health
GET /ready
""",
    "overseers": """
GET /flow_run_states/
GET /flow_run_states/{id}
GET /task_runs/{id}
GET /task_run_states/
GET /task_run_states/{id}
GET /deployments/{id}/work_queue_check
POST /events/filter
GET /events/filter/next
POST /events/count-by/{countable}
POST /work_pools/{name}/concurrency_status
POST /work_pools/{work_pool_name}/queues/filter
GET /work_pools/{work_pool_name}/queues/{name}
POST /work_pools/{work_pool_name}/workers/filter
POST /work_queues/filter
GET /work_queues/name/{name}
GET /work_queues/{id}/status
POST /work_queues/{id}/concurrency_status
POST /task_workers/filter
POST /saved_searches/filter
GET /saved_searches/{id}
POST /ui/flow_runs/count-task-runs
POST /ui/flows/next-runs
GET /ui/task_runs/{id}
""",
    "leads too": """
GET /hello
GET /version
GET /admin/version
GET /csrf-token
GET /observed-states
POST /flows/filter
POST /flows/count
POST /flows/paginate
GET /flows/{id}
GET /flows/name/{name}
POST /flow_runs/filter
POST /flow_runs/count
POST /flow_runs/paginate
POST /flow_runs/history
POST /flow_runs/lateness
POST /task_runs/filter
POST /task_runs/count
POST /task_runs/paginate
POST /task_runs/history
POST /deployments/filter
POST /deployments/count
POST /deployments/paginate
GET /deployments/{id}
GET /deployments/name/{flow_name}/{deployment_name}
GET /deployments/{id}/schedules
POST /artifacts/filter
POST /artifacts/count
POST /artifacts/latest/filter
POST /artifacts/latest/count
POST /work_pools/filter
POST /work_pools/count
GET /work_pools/{name}
GET /work_queues/{id}
POST /ui/flow_runs/history
POST /ui/flows/count-deployments
POST /ui/schemas/validate
POST /ui/task_runs/count
POST /ui/task_runs/dashboard/counts
""",
    "leads, of their own": """
GET /flow_runs/{id}
GET /flow_runs/{id}/graph
GET /flow_runs/{id}/graph-v2
GET /flow_runs/{id}/logs/download
GET /artifacts/{id}
GET /artifacts/{key}/latest
POST /logs/filter
""",
    "who may start it": """
POST /deployments/{id}/create_flow_run
""",
    "nobody": """
GET /admin/settings
GET /admin/storage
PUT /admin/storage
DELETE /admin/storage
POST /artifacts/
PATCH /artifacts/{id}
DELETE /artifacts/{id}
POST /automations/
POST /automations/count
POST /automations/filter
DELETE /automations/owned-by/{resource_id}
GET /automations/related-to/{resource_id}
POST /automations/templates/validate
GET /automations/{id}
PATCH /automations/{id}
PUT /automations/{id}
DELETE /automations/{id}
GET /block_capabilities/
POST /block_documents/
POST /block_documents/count
POST /block_documents/filter
GET /block_documents/{id}
PATCH /block_documents/{id}
DELETE /block_documents/{id}
POST /block_schemas/
GET /block_schemas/checksum/{checksum}
POST /block_schemas/filter
GET /block_schemas/{id}
DELETE /block_schemas/{id}
POST /block_types/
POST /block_types/filter
POST /block_types/install_system_block_types
GET /block_types/slug/{slug}
GET /block_types/slug/{slug}/block_documents
GET /block_types/slug/{slug}/block_documents/name/{block_document_name}
GET /block_types/{id}
PATCH /block_types/{id}
DELETE /block_types/{id}
GET /collections/views/{view}
POST /concurrency_limits/
POST /concurrency_limits/decrement
POST /concurrency_limits/filter
POST /concurrency_limits/increment
GET /concurrency_limits/tag/{tag}
DELETE /concurrency_limits/tag/{tag}
POST /concurrency_limits/tag/{tag}/reset
GET /concurrency_limits/{id}
DELETE /concurrency_limits/{id}
POST /v2/concurrency_limits/
POST /v2/concurrency_limits/decrement
POST /v2/concurrency_limits/decrement-with-lease
POST /v2/concurrency_limits/filter
POST /v2/concurrency_limits/increment
POST /v2/concurrency_limits/increment-with-lease
POST /v2/concurrency_limits/leases/{lease_id}/renew
GET /v2/concurrency_limits/{id_or_name}
PATCH /v2/concurrency_limits/{id_or_name}
DELETE /v2/concurrency_limits/{id_or_name}
POST /deployments/
POST /deployments/bulk_delete
POST /deployments/get_scheduled_flow_runs
PATCH /deployments/{id}
DELETE /deployments/{id}
POST /deployments/{id}/create_flow_run/bulk
POST /deployments/{id}/pause_deployment
POST /deployments/{id}/resume_deployment
POST /deployments/{id}/schedule
POST /deployments/{id}/schedules
PATCH /deployments/{id}/schedules/{schedule_id}
DELETE /deployments/{id}/schedules/{schedule_id}
POST /events
POST /flow_runs/
POST /flow_runs/bulk_delete
POST /flow_runs/bulk_set_state
PATCH /flow_runs/{id}
DELETE /flow_runs/{id}
POST /flow_runs/{id}/input
POST /flow_runs/{id}/input/filter
GET /flow_runs/{id}/input/{key}
DELETE /flow_runs/{id}/input/{key}
PATCH /flow_runs/{id}/labels
POST /flow_runs/{id}/resume
POST /flow_runs/{id}/set_state
POST /flows/
POST /flows/bulk_delete
PATCH /flows/{id}
DELETE /flows/{id}
POST /logs/
PUT /saved_searches/
DELETE /saved_searches/{id}
POST /task_runs/
PATCH /task_runs/{id}
DELETE /task_runs/{id}
POST /task_runs/{id}/set_state
POST /templates/validate
POST /variables/
POST /variables/count
POST /variables/filter
GET /variables/name/{name}
PATCH /variables/name/{name}
DELETE /variables/name/{name}
GET /variables/{id}
PATCH /variables/{id}
DELETE /variables/{id}
POST /work_pools/
PATCH /work_pools/{name}
DELETE /work_pools/{name}
POST /work_pools/{name}/get_scheduled_flow_runs
POST /work_pools/{work_pool_name}/queues
PATCH /work_pools/{work_pool_name}/queues/{name}
DELETE /work_pools/{work_pool_name}/queues/{name}
POST /work_pools/{work_pool_name}/workers/heartbeat
DELETE /work_pools/{work_pool_name}/workers/{name}
POST /work_queues/
PATCH /work_queues/{id}
DELETE /work_queues/{id}
POST /work_queues/{id}/get_runs
""",
}
"""Routes of Prefect's API by who may use them; a route that stands nowhere here fails the tests."""

OVERSEERS = frozenset({Role.MANAGER, Role.OVERSIGHT, Role.OPERATOR})
"""Roles that see the runs of all inspections; a lead inspector sees those of their own, and no other role sees any."""

STARTS: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("announce-inspection", "end-inspection"), frozenset({Role.MANAGER})),
    **dict.fromkeys(
        (
            *("extend-request", "waive-request", "close-returns", "waive-rule", "recheck-returns", "admit-return"),
            "ask-again",
            *("decide-cohort", "decide-sample", "factual-accuracy", "record-recipient", "publish", "confirm-decision"),
            *("withdraw-letter", "replace-letter"),
            *("receive-returns", "chase-returns", "build-cohort", "propose-sample", "open-evaluations"),
            *("compile-findings", "track-statement", "move-clock"),
        ),
        frozenset({Role.MANAGER, Role.LEAD}),
    ),
    # What is about no single inspection.
    **dict.fromkeys(
        (
            *("sweep", "send-notices", "report-failures", "retain", "anchor"),
            *("compile-thematic-report", "begin-thematic-report"),
        ),
        frozenset({Role.MANAGER}),
    ),
}
"""Deployments by who may start a run of them for an inspection of their own; no other role starts anything."""


def routes() -> dict[str, str]:
    """Return who may use each route, such as `GET /flows/{id}`."""
    return {route: who for who, listed in ROUTES.items() for route in listed.strip().split("\n")}
