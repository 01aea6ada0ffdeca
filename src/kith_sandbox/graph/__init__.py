"""The Graph API: accounts, media, comments and, as a gateway would offer them, the two lists."""
