"""What this Instagram sends by itself: deliveries to a webhook, and the two callbacks of the app's settings."""
