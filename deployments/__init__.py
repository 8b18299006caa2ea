"""Where it runs: the one-command stack and the deployments of `prefect.yaml`."""
