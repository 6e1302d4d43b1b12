"""The HTTP API under /api/v1: what is published, read by programs. It reads generations and never writes."""
