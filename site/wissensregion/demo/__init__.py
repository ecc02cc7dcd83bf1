"""The demonstration: its content, its pictures, its mailbox and the processes it runs."""
