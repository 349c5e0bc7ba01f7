"""What goes wrong in the field, as data, and how readings and messages show it."""
