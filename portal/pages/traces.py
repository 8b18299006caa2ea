"""Gives each request the id by which its work is followed; nobody can choose it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasks.ground.trace import new_trace, traced

HEADER = "X-Correlation-Id"


class Traces:
    """Begins a trace for each request, and tells it in the answer, so that a person can name it to the help desk."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        trace = new_trace()

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = trace
            await send(message)

        with traced(trace):
            await self.app(scope, receive, named)
