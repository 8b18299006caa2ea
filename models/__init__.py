"""What exists: themes, areas, timetable, lifecycle, tables and the names of events. Imports nothing of ours."""
