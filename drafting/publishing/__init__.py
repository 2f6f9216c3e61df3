"""What is said about a release, and where: announcements, the outbox, and the channels."""
