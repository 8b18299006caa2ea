"""Read by every interpreter of a stack under test: the process that runs flows gets its checkpoints."""

import os
import sys

if os.environ.get("JTAI_CHAOS_ORDERS") and {"deployments.warm.zygote", "prefect.engine"} & set(sys.orig_argv):
    from tests.chaos.checkpoints import install

    install()
