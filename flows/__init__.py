"""When it is done: one file a stage; a flow reads like that stage's checklist."""
