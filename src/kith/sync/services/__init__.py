"""What people and programs do with jobs: queue, cancel, answer a held one, put files in."""
