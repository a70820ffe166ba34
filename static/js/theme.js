// Runs before the first paint: light or dark, height of rows, and that scripts work at all.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function stored(key, fallback) {
    try {
      return localStorage.getItem(key) || fallback;
    } catch {
      return fallback; // storage may be switched off by policy
    }
  }

  function store(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch {
      // the choice then lasts for this page only
    }
  }

  function apply() {
    const choice = stored("theme", "auto");
    const isDark = choice === "dark" || (choice === "auto" && dark.matches);
    root.dataset.bsTheme = isDark ? "dark" : "light";
    root.dataset.density = stored("density", "normal");
    window.dispatchEvent(new CustomEvent("themechange"));
  }

  function mark(group, chosen) {
    for (const button of group.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === chosen));
    }
  }

  function wire(selector, key, fallback) {
    for (const group of document.querySelectorAll(selector)) {
      mark(group, stored(key, fallback));
      group.addEventListener("click", (event) => {
        const button = event.target.closest("button[value]");
        if (!button) return;
        store(key, button.value);
        mark(group, button.value);
        apply();
      });
    }
  }

  root.classList.add("js");
  apply();
  dark.addEventListener("change", apply);
  // Paper is white, and shows the table behind each chart.
  window.addEventListener("beforeprint", () => {
    root.dataset.bsTheme = "light";
    window.dispatchEvent(new CustomEvent("themechange"));
    for (const table of document.querySelectorAll(".chart-table:not([open])")) {
      table.dataset.forPaper = "";
      table.open = true;
    }
  });
  window.addEventListener("afterprint", () => {
    apply();
    for (const table of document.querySelectorAll(".chart-table[data-for-paper]")) {
      delete table.dataset.forPaper;
      table.open = false;
    }
  });
  document.addEventListener("DOMContentLoaded", () => {
    wire("[data-theme-choice]", "theme", "auto");
    wire("[data-density-choice]", "density", "normal");
  });
})();
