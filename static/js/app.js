// What every page does: counters, menus, messages, double-submit guard, unsaved changes, search.
(() => {
  const toasts = document.getElementById("toasts");
  const words = toasts ? toasts.dataset : {};
  const RESUBMIT_AFTER_MS = 10000;
  const TOAST_MS = 8000;

  // --- Counters ------------------------------------------------------------------------------
  function count(field) {
    const note = field.nextElementSibling;
    const limit = Number(field.dataset.counter);
    // Characters as the server counts them.
    const { length } = [...field.value];
    note.textContent =
      length > limit ? field.dataset.over.replace("#", length - limit) : `${length} / ${limit}`;
    note.classList.toggle("is-over", length > limit);
    // One line is counted only when it gets long.
    note.hidden = field.tagName === "INPUT" && length < limit / 2;
  }

  for (const field of document.querySelectorAll("[data-counter]")) {
    const note = document.createElement("span");
    note.className = "counter";
    note.setAttribute("aria-hidden", "true");
    field.after(note);
    count(field);
    field.addEventListener("input", () => count(field));
  }

  // --- Menus -------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  function closeTopmost() {
    const menus = [...document.querySelectorAll("details.menu[open]")];
    const innermost = menus[menus.length - 1];
    if (!innermost) return false;
    innermost.open = false;
    innermost.querySelector("summary").focus();
    return true;
  }

  // A menu that would leave the window opens to the other side.
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target;
      if (!(menu instanceof HTMLDetailsElement) || !menu.matches(".menu") || !menu.open) return;
      const panel = menu.querySelector(".menu-panel");
      if (!panel) return;
      panel.classList.remove("opens-right");
      if (panel.getBoundingClientRect().left < 4) panel.classList.add("opens-right");
    },
    true,
  );

  if (window.matchMedia("(max-width: 767.98px)").matches) {
    for (const box of document.querySelectorAll("[data-collapse-on-phone]")) box.open = false;
  }

  // --- Messages ----------------------------------------------------------------------------
  function closeButton(box) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "icon-btn notice-x";
    button.setAttribute("aria-label", words.closeLabel || "");
    button.append(icon("x"));
    button.addEventListener("click", () => box.remove());
    return button;
  }

  function icon(name) {
    const space = "http://www.w3.org/2000/svg";
    const sample = document.querySelector("svg.icon use");
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    if (!sample) return svg;
    const use = document.createElementNS(space, "use");
    use.setAttribute("href", sample.getAttribute("href").replace(/#.*/, `#${name}`));
    svg.append(use);
    return svg;
  }

  const TONE_ICONS = { success: "check-circle", warning: "alert", danger: "x-circle" };

  function toast({ text, tone = "info", url = "", action = "", newWindow = false }) {
    if (!toasts || !text) return;
    const box = document.createElement("div");
    box.className = `notice tone-${tone}`;
    const body = document.createElement("div");
    body.className = "notice-text";
    body.textContent = text;
    if (url && action) {
      const link = document.createElement("a");
      link.href = url;
      link.textContent = action;
      if (newWindow) Object.assign(link, { target: "_blank", rel: "noopener" });
      body.append(" ", link);
    }
    box.append(icon(TONE_ICONS[tone] || "info"), body, closeButton(box));
    // Said again, a message takes the place of itself.
    [...toasts.children].find((old) => old.textContent === box.textContent)?.remove();
    toasts.append(box);
    // A refusal stays until it is read; good news goes by itself unless the pointer rests on it.
    if (tone === "danger" || tone === "warning") return;
    const leave = () => (box.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : box.remove());
    setTimeout(leave, TOAST_MS);
  }

  for (const box of document.querySelectorAll("[data-dismissible]")) box.append(closeButton(box));
  document.body.addEventListener("toast", (event) => toast(event.detail));
  window.appToast = toast;
  window.appIcon = icon;

  // --- Forms -------------------------------------------------------------------------------
  // Filled in before the page was ready, or brought back by the browser: differs from what came.
  window.appIsChanged = (field) => {
    if (!field.name) return false;
    if (field.options) return [...field.options].some((one) => one.selected !== one.defaultSelected);
    if (field.matches("[type=checkbox]")) return field.checked !== field.defaultChecked;
    return field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
  };

  function release(form) {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    // A field may be named "method": the attribute is asked, not the property.
    if (form.getAttribute("method") !== "post" || form.matches("[data-no-guard], [method=dialog]")) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "true";
    form.dataset.leaving = "true";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => release(form), RESUBMIT_AFTER_MS);
  });

  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) release(form);
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) release(form);
  });

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form");
    if (!form) return;
    form.dataset.dirty = "true";
    delete form.dataset.leaving;
  });

  window.addEventListener("beforeunload", (event) => {
    const unsaved = document.querySelector(
      "form[data-warn-unsaved][data-dirty]:not([data-leaving])",
    );
    if (unsaved) event.preventDefault();
  });

  const faulty = document.querySelector(".is-invalid:not([type=hidden])");
  const summary = document.querySelector("[data-focus-first]");
  if (faulty) (faulty.pickerInput || faulty).focus({ preventScroll: Boolean(summary) });
  else summary?.focus();
  if (summary) summary.scrollIntoView({ block: "nearest" });

  // --- A fragment that did not come; drafts tell their own (drafts.js) -----------------------
  function failed(event, text) {
    const form = event.target.closest?.("form[hx-post]");
    if (form?.getAttribute("hx-target") !== "#autosave") toast({ text, tone: "danger" });
  }

  document.body.addEventListener("htmx:sendError", (event) => failed(event, words.offlineLabel));
  document.body.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (xhr.getResponseHeader("HX-Trigger")) return; // the server has said it already
    failed(event, xhr.status === 403 ? words.forbiddenLabel : words.failedLabel);
  });

  // --- Keys --------------------------------------------------------------------------------
  function isTyping(target) {
    return target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  }

  const searchInput = document.querySelector(".search-input");
  const shortcuts = document.getElementById("shortcuts");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && closeTopmost()) return;
    if (isTyping(event.target)) return;
    if (event.key === "/" && searchInput) {
      event.preventDefault();
      searchInput.select();
      searchInput.focus();
    } else if (event.key === "?" && shortcuts && !shortcuts.open) {
      shortcuts.showModal();
    }
  });

  document.querySelector("[data-shortcuts]")?.addEventListener("click", () => {
    closeTopmost();
    shortcuts?.showModal();
  });

  // --- Global search: arrows walk the hits, Esc leaves ---------------------------------------
  const searchBox = document.querySelector(".search-box");
  searchBox?.addEventListener("keydown", (event) => {
    const hits = [...searchBox.querySelectorAll(".search-results a")];
    const here = hits.indexOf(document.activeElement);
    if (event.key === "Escape") {
      searchBox.querySelector(".search-results").replaceChildren();
      document.activeElement.blur();
    } else if (event.key === "ArrowDown" && hits.length) {
      event.preventDefault();
      hits[Math.min(here + 1, hits.length - 1)].focus();
    } else if (event.key === "ArrowUp" && here >= 0) {
      event.preventDefault();
      (hits[here - 1] || searchInput).focus();
    }
  });
  searchInput?.addEventListener("input", () => {
    if (!searchInput.value.trim()) document.getElementById("search-results").replaceChildren();
  });
})();
