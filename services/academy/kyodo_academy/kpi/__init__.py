"""The figure that counts: attendances of municipalities' officials against the targets, and how it is counted."""
