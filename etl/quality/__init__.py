"""What may be wrong in a package: with itself, with other packages, and with the last release."""
