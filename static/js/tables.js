// Tables: the whole row opens, ticks and the bulk bar, columns chosen by the user, filters.
(() => {
  const INTERACTIVE = "a, button, input, select, textarea, label, summary, details";

  document.addEventListener("click", (event) => {
    const row = event.target.closest?.(".dt tbody tr");
    const link = row?.querySelector("a.row-link");
    if (!link || event.target.closest(INTERACTIVE) || String(getSelection())) return;
    if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
    else link.click();
  });

  // --- Ticks -------------------------------------------------------------------------------
  function countTicks(form) {
    const checks = [...form.querySelectorAll(".row-check")];
    const ticked = checks.filter((check) => check.checked).length;
    form.classList.toggle("has-ticks", ticked > 0);
    for (const label of form.querySelectorAll("[data-bulk-count]")) {
      label.textContent = label.dataset.words.replace("%s", ticked);
    }
    for (const all of form.querySelectorAll(".check-all")) {
      all.checked = ticked > 0 && ticked === checks.length;
      all.indeterminate = ticked > 0 && ticked < checks.length;
    }
  }

  let lastTick = null;

  function tickRange(from, to, checked) {
    const checks = [...to.closest("tbody").querySelectorAll(".row-check")];
    const [first, last] = [checks.indexOf(from), checks.indexOf(to)].sort((a, b) => a - b);
    if (first < 0) return;
    for (const check of checks.slice(first, last + 1)) check.checked = checked;
  }

  document.addEventListener("click", (event) => {
    const check = event.target.closest?.(".row-check");
    if (check) {
      if (event.shiftKey && lastTick) tickRange(lastTick, check, check.checked);
      lastTick = check;
    }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form");
    if (!form || !event.target.matches(".row-check, .check-all")) return;
    if (event.target.matches(".check-all")) {
      for (const check of form.querySelectorAll(".row-check")) check.checked = event.target.checked;
    }
    countTicks(form);
  });

  document.addEventListener("click", (event) => {
    const form = event.target.closest?.("[data-bulk-clear]")?.closest("form");
    if (!form) return;
    for (const check of form.querySelectorAll(".row-check")) check.checked = false;
    countTicks(form);
  });

  // --- Columns -----------------------------------------------------------------------------
  function hiddenColumns(table) {
    try {
      return new Set(JSON.parse(localStorage.getItem(`columns:${table.id}`) || "[]"));
    } catch {
      return new Set();
    }
  }

  function showColumns(table, hidden) {
    for (const cell of table.querySelectorAll("[data-col]")) {
      cell.hidden = hidden.has(cell.dataset.col);
    }
  }

  function columnMenu(table, label) {
    const hidden = hiddenColumns(table);
    const menu = document.createElement("details");
    menu.className = "menu";
    const summary = document.createElement("summary");
    summary.className = "btn btn-sm btn-quiet";
    summary.append(window.appIcon("columns"), label);
    const panel = document.createElement("div");
    panel.className = "menu-panel";
    for (const head of table.querySelectorAll("thead [data-col]")) {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = !hidden.has(head.dataset.col);
      box.addEventListener("change", () => {
        if (box.checked) hidden.delete(head.dataset.col);
        else hidden.add(head.dataset.col);
        localStorage.setItem(`columns:${table.id}`, JSON.stringify([...hidden]));
        showColumns(table, hidden);
      });
      const line = document.createElement("label");
      line.append(box, head.textContent.trim());
      panel.append(line);
    }
    menu.append(summary, panel);
    showColumns(table, hidden);
    return menu;
  }

  function dressTables(scope) {
    for (const table of scope.querySelectorAll("table[data-columns][id]")) {
      const place = table.closest(".list, .panel")?.querySelector("[data-table-tools]");
      if (place && !place.childElementCount) {
        place.append(columnMenu(table, place.dataset.columnsLabel));
      }
    }
    const forms = [...document.querySelectorAll(".row-check")].map((check) => check.closest("form"));
    for (const form of new Set(forms.filter(Boolean))) countTicks(form);
  }

  // --- Filters: empty fields do not lengthen the address --------------------------------------
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-filters]")) return;
    for (const field of event.target.elements) {
      if (field.name && !field.value) field.disabled = true;
    }
    setTimeout(() => {
      for (const field of event.target.elements) field.disabled = false;
    });
  });

  document.body.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches?.("[data-filters]")) return;
    const { parameters } = event.detail;
    for (const key of [...parameters.keys()]) {
      const kept = parameters.getAll(key).filter(Boolean);
      parameters.delete(key);
      for (const value of kept) parameters.append(key, value);
    }
  });

  document.addEventListener("change", (event) => {
    const field = event.target.closest?.(".filter-field");
    if (field) field.classList.toggle("is-on", Boolean(event.target.value));
  });

  dressTables(document);
  document.body.addEventListener("htmx:afterSettle", () => dressTables(document));
})();
