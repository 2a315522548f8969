"""Reading delivered files: harmonised observations out of workbooks, CSV, JSON-stat and Parquet."""
