"""What goes over the line: REST, notifications, errors, events, and their words."""
