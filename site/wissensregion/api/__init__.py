"""The headless API: what ``/api/v1/`` answers.

An answer is made in three steps, each in its own module:

* ``shapes`` say how a value looks from outside: a type for the reference and a function for
  the answer, read off the StreamField blocks (``blocks``) and ``api_fields`` (``fields``).
* ``references`` stand in an answer for what it points to (pictures, pages, files) until
  all of them are fetched at once.
* ``door`` hands it out: ETag, caching, other origins, and errors that say what to do.
"""
