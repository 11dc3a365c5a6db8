"""The tools that draw and change regions on the image."""
