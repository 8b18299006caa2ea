"""What a return is asked for: its sheets, columns, codes and rules."""
