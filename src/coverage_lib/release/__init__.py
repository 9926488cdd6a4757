"""From a month of figures to published briefings: side by side, all or nothing."""
