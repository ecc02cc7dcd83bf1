"""A site as ``wagtail start`` makes it, with news: what the product is compared with."""
