"""Reading the warehouse, on a small synthetic one."""
