"""From observations to published estimates; a folder of definitions (TOML) for each topic."""
