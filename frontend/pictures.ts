// Instagram's picture addresses expire. A picture that does not load gives way to the initials beneath it.
export function hideBrokenPictures(): void {
  // Errors of pictures do not bubble, but they can be caught on the way down.
  document.addEventListener("error", (event) => hide(event.target), true);
  for (const picture of document.querySelectorAll<HTMLImageElement>(".avatar img")) {
    if (picture.complete && picture.naturalWidth === 0 && picture.currentSrc) hide(picture);
  }
}

function hide(target: EventTarget | null): void {
  if (target instanceof HTMLImageElement && target.closest(".avatar")) target.hidden = true;
}
