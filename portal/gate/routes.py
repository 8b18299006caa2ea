"""The routes of Prefect's API that people may use: a list of what is allowed, so that whatever is new is refused."""

import re
from enum import StrEnum
from functools import lru_cache

API = "/api"
"""Where Prefect mounts its API."""

START = "POST /deployments/{id}/create_flow_run"

READS = """
GET /health
GET /hello
GET /ready
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
GET /flow_runs/{id}
GET /flow_runs/{id}/graph
GET /flow_runs/{id}/graph-v2
GET /flow_runs/{id}/logs/download
GET /flow_run_states/
GET /flow_run_states/{id}
POST /task_runs/filter
POST /task_runs/count
POST /task_runs/paginate
POST /task_runs/history
GET /task_runs/{id}
GET /task_run_states/
GET /task_run_states/{id}
POST /deployments/filter
POST /deployments/count
POST /deployments/paginate
GET /deployments/{id}
GET /deployments/name/{flow_name}/{deployment_name}
GET /deployments/{id}/schedules
GET /deployments/{id}/work_queue_check
POST /artifacts/filter
POST /artifacts/count
POST /artifacts/latest/filter
POST /artifacts/latest/count
GET /artifacts/{id}
GET /artifacts/{key}/latest
POST /logs/filter
POST /events/filter
GET /events/filter/next
POST /events/count-by/{countable}
POST /work_pools/filter
POST /work_pools/count
GET /work_pools/{name}
POST /work_pools/{name}/concurrency_status
POST /work_pools/{work_pool_name}/queues/filter
GET /work_pools/{work_pool_name}/queues/{name}
POST /work_pools/{work_pool_name}/workers/filter
POST /work_queues/filter
GET /work_queues/{id}
GET /work_queues/name/{name}
GET /work_queues/{id}/status
POST /work_queues/{id}/concurrency_status
POST /task_workers/filter
POST /saved_searches/filter
GET /saved_searches/{id}
POST /ui/flow_runs/count-task-runs
POST /ui/flow_runs/history
POST /ui/flows/count-deployments
POST /ui/flows/next-runs
POST /ui/schemas/validate
POST /ui/task_runs/count
POST /ui/task_runs/dashboard/counts
GET /ui/task_runs/{id}
"""
"""What a person may read; none of these changes anything or shows a secret."""

REFUSED = """
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
"""
"""What is refused to people by name: it changes something, runs something, or shows what a setting or a block holds."""

STREAMS = frozenset({"/events/out", "/logs/out"})
"""What a person may watch over a websocket; nothing is taken in from people that way."""


class RouteUse(StrEnum):
    """What a route is to a person."""

    READ = "read"
    START = "start"
    REFUSED = "refused"


@lru_cache(maxsize=1)
def uses() -> dict[str, RouteUse]:
    """Return the use of each route, by its method and template, such as `GET /flows/{id}`."""
    reads = dict.fromkeys(READS.split("\n")[1:-1], RouteUse.READ)
    return reads | dict.fromkeys(REFUSED.split("\n")[1:-1], RouteUse.REFUSED) | {START: RouteUse.START}


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return an expression for each template; words come before places, as in Prefect's own order."""
    templates = sorted(uses(), key=lambda template: template.count("{"))
    # A place is one segment of an address: nothing that spans two is on the lists.
    return [
        (re.compile(re.sub(r"\{\w+\}", "[^/]+", re.escape(each).replace(r"\{", "{").replace(r"\}", "}"))), each)
        for each in templates
    ]


def template_of(method: str, path: str) -> str:
    """Return the listed route that a request is for, such as `GET /flows/{id}`; empty for one that is not listed.

    Args:
        method: of the request.
        path: below the API's own, already decoded.
    """
    request = f"{method} {path}"
    return next((template for pattern, template in _patterns() if pattern.fullmatch(request)), "")


def use_of(template: str) -> RouteUse:
    """Return what a person may do with a route; one that is not listed is refused."""
    # A newer Prefect brings routes of which nobody here has decided: they stay shut until somebody does.
    return uses().get(template, RouteUse.REFUSED)
