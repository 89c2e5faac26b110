"""What all views show, and how: the source, the moment, the names, the tick, the words."""
