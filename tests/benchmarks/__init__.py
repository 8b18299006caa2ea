"""The counters and comparisons that measure the product."""
