// Only makes nicer what works without: every page can be read and every form sent with this file absent.
import htmx from "htmx.org";
import { confirmLeaving } from "./changed.js";
import { copyButtons } from "./copy.js";
import { menus } from "./menu.js";

// Under the content security policy htmx may neither add style nor run text as code.
Object.assign(htmx.config, { includeIndicatorStyles: false, allowEval: false, allowScriptTags: false, historyCacheSize: 0, selfRequestsOnly: true });
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
});

menus();
copyButtons();
confirmLeaving();
