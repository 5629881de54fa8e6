"""What the manifests in deploy/k8s take from the code: topics, rights, databases, rules, and the secrets they name."""
