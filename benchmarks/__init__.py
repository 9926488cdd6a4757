"""Side by side with peers; never part of what is delivered."""
