"""Pictures painted in code: the same seed gives the same picture, and nobody else's rights."""
