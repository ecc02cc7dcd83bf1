"""A running site for tests: its server, its mailbox, its databases and a browser before it."""
