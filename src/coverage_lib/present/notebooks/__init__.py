"""For each notebook the parts that it shows, in its order."""
