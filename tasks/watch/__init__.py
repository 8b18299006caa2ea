"""What people watch: boards, the sweep, metrics, and the automations that wake flows."""
