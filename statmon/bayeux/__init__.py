"""bayeux."""
