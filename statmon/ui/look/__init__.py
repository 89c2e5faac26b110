"""How things look everywhere: theme, icons, the signs of a meaning, numbers, painting."""
