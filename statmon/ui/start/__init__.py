"""From the command to a whole window, and to a polite end."""
