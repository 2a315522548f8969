"""The build: runs the stages in order, writes a new warehouse and swaps it in."""
