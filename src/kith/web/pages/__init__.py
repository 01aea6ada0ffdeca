"""What each screen shows, prepared for its template: frozen values, no queries while rendering."""
