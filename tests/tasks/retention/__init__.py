"""Retention: periods, holds, destruction and its certificate."""
