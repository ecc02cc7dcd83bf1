"""Answers of the site, kept before Django and given to every reader alike.

* ``asking`` knows which requests any reader could have made, and what tells them apart;
* ``lifetimes`` lets whoever renders an answer bound how long it holds;
* ``encodings`` agrees with a browser upon a compression;
* ``answers`` makes a finished answer in each of its forms, or says that it must not be kept;
* ``shelves`` holds answers of one generation in so many bytes;
* ``site`` is the application that puts them together.
"""
