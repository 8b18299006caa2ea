"""The thematic report: messages, their back-test, the report and its formats."""
