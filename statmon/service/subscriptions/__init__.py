"""What is wanted open, where it stands, and what keeps it open."""
