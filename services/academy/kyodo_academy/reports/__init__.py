"""Reports that a course asks for: sealed with the learner's key, accepted or sent back by whoever teaches it."""
