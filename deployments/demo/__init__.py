"""One whole inspection of a made-up area, driven as its people would: over HTTP, and by forms in Prefect."""
