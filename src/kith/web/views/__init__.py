"""One module per screen: load what belongs to the user, call the service or build the page, answer."""
