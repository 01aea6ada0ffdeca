"""The OAuth endpoints: login and consent, codes, and tokens."""
