"""klyngeblik."""
