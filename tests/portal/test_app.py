"""Every room of the portal is let into the application: a page that nobody includes is a page that is gone."""

import importlib
import pkgutil
import re

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import Match

import portal
from portal.app import app

_ROUTERS = {
    module.name: router
    for module in pkgutil.walk_packages(portal.__path__, "portal.")
    if module.name != "portal.app"
    and isinstance(router := getattr(importlib.import_module(module.name), "router", None), APIRouter)
}


def test_rooms_have_routers() -> None:
    assert {"portal.agency.letters", "portal.team.letters", "portal.doors.sign_in"} <= set(_ROUTERS)
    assert len({id(router) for router in _ROUTERS.values()}) == len(_ROUTERS), "each room has a router of its own"


@pytest.mark.parametrize("room", sorted(_ROUTERS))
def test_every_page_of_a_room_is_served(room: str) -> None:
    scopes = [
        {
            "type": "http",
            "method": sorted(route.methods or ())[0],
            "path": re.sub(r"{[^}]+}", "x", route.path),
            "headers": [],
        }
        for route in _ROUTERS[room].routes
        if isinstance(route, APIRoute)
    ]
    assert scopes
    for scope in scopes:
        assert any(route.matches(scope)[0] is Match.FULL for route in app.routes), scope["path"]
