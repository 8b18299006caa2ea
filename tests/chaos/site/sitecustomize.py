"""Read by every interpreter of a stack under test: where flows run, and the portal, get their checkpoints."""

import os
import sys

if os.environ.get("JTAI_CHAOS_ORDERS"):
    asked = set(sys.orig_argv)
    if asked & {"deployments.warm.zygote", "deployments.warm.engine", "portal.app:app"}:
        from tests.chaos.checkpoints import install

        install(portal="portal.app:app" in asked)
