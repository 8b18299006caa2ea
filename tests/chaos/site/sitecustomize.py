"""Read by every interpreter of a stack under test: where flows run, and the portal, get their checkpoints."""

import os
import sys

if os.environ.get("JTAI_CHAOS_ORDERS"):
    asked = set(sys.orig_argv)
    if asked & {"deployments.warm.zygote", "deployments.warm.engine", "portal.serve"}:
        from tests.chaos.checkpoints import install

        install(portal="portal.serve" in asked)
