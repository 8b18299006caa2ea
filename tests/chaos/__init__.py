"""An inspection on a real stack whose parts are killed at named checkpoints and at random moments (`make chaos`)."""
