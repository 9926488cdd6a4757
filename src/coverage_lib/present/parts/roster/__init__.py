"""Rosters against the register: what linking found, and how sure it is."""
