"""Pulls, single reads, and what else only reads."""
