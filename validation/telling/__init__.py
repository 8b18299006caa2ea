"""What people are given to read: reports, templates, pages, the page of rules, metadata."""
