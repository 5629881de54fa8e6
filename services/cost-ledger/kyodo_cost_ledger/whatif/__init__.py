"""What if (試算): what everybody would pay under other terms, figures or membership; nothing is written."""
