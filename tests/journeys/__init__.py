"""The product's main job, walked through as people walk through it."""
