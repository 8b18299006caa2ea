"""Retention: what is due for destruction, what holds it, who decides, and the certificate that stays."""
