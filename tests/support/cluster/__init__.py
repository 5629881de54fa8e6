"""What the manifests of an overlay must be: a function a rule, each of which says what is wrong."""
