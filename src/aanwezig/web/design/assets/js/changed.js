// Leaving a form in which something was typed asks first: <form data-confirm-leaving>.
export function confirmLeaving() {
  for (const form of document.querySelectorAll("form[data-confirm-leaving]")) {
    let changed = form.dataset.confirmLeaving === "changed";
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  }
}
