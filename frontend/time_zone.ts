// Tells the server the browser's time zone, for people who have not chosen one in the settings.
export function tellTimeZone(): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  document.cookie = `time-zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
}
