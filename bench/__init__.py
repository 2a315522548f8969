"""The speed bars, each as a ratio to a floor measured in the same run."""
