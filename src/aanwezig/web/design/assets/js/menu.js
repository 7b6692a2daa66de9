// The user menu and the phone's menu close on Escape and when something else is pressed.
export function menus() {
  const menu = document.getElementById("menu");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll("details.user[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
    if (menu && location.hash === "#menu") {
      location.hash = "#main";
      document.querySelector("[data-opens-menu]")?.focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.user[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
  // A list that is filtered by a choice sends itself; the button stays for who has no script.
  for (const form of document.querySelectorAll("form[data-send-on-change]")) {
    form.addEventListener("change", () => form.requestSubmit());
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  for (const box of document.querySelectorAll("input[data-selects]")) {
    box.hidden = false;
    box.addEventListener("change", () => {
      for (const one of document.querySelectorAll(`input[name="${box.dataset.selects}"]`)) one.checked = box.checked;
    });
  }
  document.querySelector(".error-summary")?.focus();
}
