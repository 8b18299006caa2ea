"""Returns, from the upload to the accepted version: uploads, scanning, checking, explanations, decisions, closing."""
