"""Renditions of pictures, made behind the scenes: all of one picture's from one decode.

``specs`` says which a picture gets, ``drawing`` makes them, ``readiness`` keeps how far it is, and
``making`` puts these together. What a page shows of them, ``wissensregion.pictures`` reads.
"""
