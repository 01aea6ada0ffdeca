"""Every screen: views, what a page shows, access, templates. No models, no rules."""
