"""A table view that draws its own rows, for the tree and the boards.

It knows lines, columns and which table rows a line shows; it knows nothing of what they mean.
"""
