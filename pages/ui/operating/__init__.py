"""The server around the pages: what it answers to monitoring, the headers it sends, how it logs and how it stops."""
