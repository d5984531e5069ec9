"""What is about no app: text comparison and dates."""
