"""The thematic report: findings and letters of many areas grouped into messages, counted, written and rendered."""
