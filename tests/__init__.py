"""What a user of Klyngeblik would notice."""
