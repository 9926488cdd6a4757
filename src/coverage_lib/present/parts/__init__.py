"""The parts of a briefing, one file a topic: Releasable and language in, Blocks out."""
