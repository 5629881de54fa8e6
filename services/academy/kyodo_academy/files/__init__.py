"""Files of the portal: recognised by their content, checked for viruses, kept once each beside their metadata."""
