// The saved state of a form that is kept as a draft while it is filled in (components/autosave.html).
// A lost line, a server in trouble or an expired log-in loses nothing: it is said, and sent again.
(() => {
  const AGAIN_MS = 15000;
  const typedAt = new WeakMap();
  const sentAt = new WeakMap();

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
    if (!form) return;
    typedAt.set(form, performance.now());
    if (!form.dataset.retry) say("dirty");
  });

  // What was filled in before the page was ready is kept too.
  document.body.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) return;
    for (const form of document.querySelectorAll("form[hx-target='#autosave']")) {
      if ([...form.elements].some(window.appIsChanged)) form.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  // --- Ticks and choices made while a save is under way pass into the fields that it brings ---
  const sent = new WeakMap();

  function choices(form) {
    const entries = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    return new Set(entries.map(([name, value]) => `${name}=${value}`));
  }

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const form = draftOf(event.target);
    if (!form) return;
    sent.set(form, choices(form));
    sentAt.set(form, performance.now());
    say("saving");
  });

  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const form = event.target.closest("form");
    const before = sent.get(form);
    if (!before) return;
    const now = choices(form);
    for (const field of event.detail.fragment.querySelectorAll("[type=checkbox], option")) {
      const choice = `${field.name || field.closest("select")?.name}=${field.value}`;
      if (before.has(choice) !== now.has(choice)) {
        field[field.matches("option") ? "selected" : "checked"] = now.has(choice);
      }
    }
  });

  document.body.addEventListener("htmx:afterSwap", (event) => {
    const form = draftOf(event.detail.requestConfig?.elt || event.target);
    if (form) {
      delete form.dataset.retry;
      // A text that was not kept is still to be guarded.
      const isKept = !note()?.classList.contains("is-bad");
      if (isKept && !(typedAt.get(form) > sentAt.get(form))) delete form.dataset.dirty;
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
  window.addEventListener("focus", async () => {
    const expired = "form[data-retry=expired]";
    if (document.querySelector(expired) && !(await window.appLogIn.why())) sendAgain(expired);
  });

  // A draft with unsaved text is sent only where the answer is sure to be a page of ours: a log-in
  // that has run out, or a lost line, would take the text along.
  document.addEventListener(
    "submit",
    (event) => {
      const form = draftOf(event.target);
      if (!form?.dataset.dirty) return;
      window.appLogIn.holdBack(event, (why) => {
        form.dataset.retry = why;
        say(why, true);
        note().scrollIntoView({ block: "nearest" });
      });
    },
    true,
  );

  window.addEventListener("online", () => sendAgain("form[data-retry=offline]"));
  setInterval(() => sendAgain("form[data-retry=offline], form[data-retry=failed]"), AGAIN_MS);
})();
