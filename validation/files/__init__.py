"""From a sender's file to tables: reading, splitting, layout, stamps, parsing."""
