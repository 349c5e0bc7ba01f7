"""What the commands share: the shell around them, options, errors, output."""
