"""What an export tells of likes, comments, reactions, saved posts and messages: to whom or from whom, and when."""
