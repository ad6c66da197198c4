"""A library of any size to measure with: Vietnamese with a skewed vocabulary, the same at every run."""
