"""Tables that people upload or paste: inspected before they are opened, and read within limits."""
