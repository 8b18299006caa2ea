"""An inspection as a whole: announced, dated, addressed, ended."""
