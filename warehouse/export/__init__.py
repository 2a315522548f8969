"""What analysts ask: an extract's rows in order, as files, with their definitions inside."""
