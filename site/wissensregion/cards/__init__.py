"""The pictures others show beside a link to a page: its headline under the river of its artwork.

``lettering`` sets the text, ``drawing`` draws, ``sharing`` keeps which page has which picture, and
``making`` puts these together in the background.
"""
