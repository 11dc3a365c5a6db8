"""Phantoms of a third make, to judge the proposers with: smooth signed fields, painted, sampled in k-space.

Anatomy is drawn by closed Fourier curves, tapered strokes and smooth unions in a randomly warped plane;
images come from a fine grid through truncated k-space. Nothing is shared with ``ironquant.phantom`` or
``othermake``.
"""
