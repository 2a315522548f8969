"""The queries pages ask: a selection in, frames with documented columns out."""
