"""The roadmap of the shared digital platform: what is done in which fiscal year, and who follows it."""
