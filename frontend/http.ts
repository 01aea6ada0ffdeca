// Requests to kith itself: same origin, JSON back, the CSRF token from the page's head.
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

export function post(url: string): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
  });
}

export function get(url: string): Promise<Response> {
  return fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" });
}
