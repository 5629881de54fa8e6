"""What it takes to complete a course: set by the secretariat in editions, read by everybody before they apply."""
