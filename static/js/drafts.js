// The saved state of a form that is kept as a draft while it is filled in (components/autosave.html).
// A lost line, a server in trouble or an expired log-in loses nothing: it is said, and sent again.
(() => {
  const AGAIN_MS = 15000;

  function note() {
    return document.getElementById("autosave");
  }

  function say(key, isBad = false) {
    const text = note()?.dataset[key];
    const place = note()?.querySelector("span");
    if (!place || !text) return;
    place.textContent = text;
    note().classList.toggle("is-bad", isBad);
  }

  function draftOf(target) {
    const form = target.closest?.("form[hx-post]");
    return form?.getAttribute("hx-target") === "#autosave" ? form : null;
  }

  document.addEventListener("input", (event) => {
    const form = draftOf(event.target);
    if (form && !form.dataset.retry) say("dirty");
  });

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (draftOf(event.target)) say("saving");
  });

  document.body.addEventListener("htmx:afterSwap", (event) => {
    const form = draftOf(event.detail.requestConfig?.elt || event.target);
    if (form) {
      delete form.dataset.retry;
      delete form.dataset.dirty;
    }
  });

  function keepTrying(event, why) {
    const form = draftOf(event.target);
    if (!form) return;
    form.dataset.retry = why;
    say(why, true);
  }

  document.body.addEventListener("htmx:sendError", (event) => keepTrying(event, "offline"));
  document.body.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    keepTrying(event, status === 401 || status === 403 ? "expired" : "failed");
  });

  function sendAgain(selector) {
    for (const form of document.querySelectorAll(selector)) {
      form.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  // A new log-in in another window brings a new token; the old page goes on with it.
  async function renewToken() {
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("body.app [name=csrfmiddlewaretoken]")?.value;
    if (!fresh) return false;
    for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = fresh;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh }));
    return true;
  }

  window.addEventListener("focus", async () => {
    const expired = "form[data-retry=expired]";
    if (document.querySelector(expired) && (await renewToken())) sendAgain(expired);
  });
  window.addEventListener("online", () => sendAgain("form[data-retry=offline]"));
  setInterval(() => sendAgain("form[data-retry=offline], form[data-retry=failed]"), AGAIN_MS);
})();
