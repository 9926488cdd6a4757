"""Ways of linking one roster to one register, each in a process of its own."""
