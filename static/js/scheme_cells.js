// The scheme's table under the keys of a spreadsheet: Enter and arrows walk the cells, Alt with
// an arrow moves the row, Esc takes back what was typed, a block from Excel falls into its cells.
(() => {
  const ORDER = ["code", "name", "points", "role", "weight", "department", "methods", "basis", "excluded_by"];
  const MOVES = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };
  const atFocus = new WeakMap();

  const rowsOf = (form) => [...form.querySelectorAll("tr[data-row]")];
  const cellOf = (row, key) => row?.querySelector(`[data-cell="${key}"]`);

  function enter(cell) {
    if (!cell) return;
    cell.focus();
    cell.select?.();
  }

  function walkRows(cell, step) {
    const row = cell.closest("tr");
    const rows = rowsOf(cell.form);
    for (let at = rows.indexOf(row) + step; rows[at]; at += step) {
      const next = cellOf(rows[at], cell.dataset.cell);
      if (next) return enter(next);
    }
    return null;
  }

  function walkCells(cell, step) {
    const cells = [...cell.closest("tr").querySelectorAll("[data-cell]")];
    enter(cells[cells.indexOf(cell) + step]);
  }

  const isWhole = (cell) => cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
  const atStart = (cell) => cell.selectionEnd === 0 || isWhole(cell);
  const atEnd = (cell) => cell.selectionStart === cell.value.length || isWhole(cell);

  // A list of suggestions, a choice and a text of several lines keep their own arrows.
  function mayLeave(cell, key) {
    if (cell.matches("select")) return key === "ArrowLeft" || key === "ArrowRight";
    if (cell.matches("[list]") && cell.value !== atFocus.get(cell)) return !MOVES[key];
    if (key === "ArrowLeft") return atStart(cell);
    if (key === "ArrowRight") return atEnd(cell);
    if (!cell.matches("textarea")) return true;
    return key === "ArrowUp" ? atStart(cell) : atEnd(cell);
  }

  function press(form, deed) {
    const button = form.querySelector(`[name=deed][value=${deed}]`);
    if (button) form.requestSubmit(button);
  }

  document.addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const row = event.target.closest?.("[data-scheme-table] tr[data-row]");
    if (event.altKey && row && MOVES[key]) {
      event.preventDefault();
      press(row.closest("form"), MOVES[key]);
    }
    const cell = event.target.closest?.("[data-scheme-table] [data-cell]");
    if (!cell || event.altKey) return;
    if (key === "Enter") {
      event.preventDefault();
      walkRows(cell, event.shiftKey ? -1 : 1);
    } else if (key === "Escape" && cell.value !== atFocus.get(cell)) {
      event.stopPropagation();
      cell.value = atFocus.get(cell);
      cell.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (MOVES[key] && !event.shiftKey && mayLeave(cell, key)) {
      event.preventDefault();
      if (key === "ArrowUp" || key === "ArrowDown") walkRows(cell, key === "ArrowUp" ? -1 : 1);
      else walkCells(cell, key === "ArrowLeft" ? -1 : 1);
    }
  });

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-scheme-table] tr[data-row]");
    if (!row) return;
    row.querySelector("[name=row]").checked = true;
    if (event.target.dataset.cell) atFocus.set(event.target, event.target.value);
  });

  // --- A block from Excel: tabs part cells, lines part rows, quotes hold either ---------------
  function readBlock(text) {
    const rows = [[""]];
    let quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const sign = text[at];
      const row = rows[rows.length - 1];
      const opens = sign === '"' && !quoted && row[row.length - 1] === "";
      if (opens) quoted = true;
      else if (quoted && sign === '"' && text[at + 1] === '"') row[row.length - 1] += text[(at += 1)];
      else if (quoted && sign === '"') quoted = false;
      else if (sign === "\t" && !quoted) row.push("");
      else if (sign === "\n" && !quoted) rows.push([""]);
      else if (sign !== "\r") row[row.length - 1] += sign;
    }
    if (rows[rows.length - 1].join("") === "") rows.pop();
    return rows;
  }

  function put(cell, text) {
    const words = text.replace(/\s+/g, " ").trim();
    if (cell.options) {
      const option = [...cell.options].find((one) => one.text === words || one.value === words);
      if (!option) return;
      cell.value = option.value;
    } else {
      cell.value = words;
    }
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("paste", (event) => {
    const cell = event.target.closest?.("[data-scheme-table] [data-cell]");
    const block = cell && readBlock(event.clipboardData.getData("text/plain"));
    if (!block || (block.length < 2 && block[0]?.length < 2)) return;
    event.preventDefault();
    const { form } = cell;
    const rows = rowsOf(form);
    const first = rows.indexOf(cell.closest("tr"));
    const column = ORDER.indexOf(cell.dataset.cell);
    block.slice(0, rows.length - first).forEach((texts, down) => {
      texts.forEach((text, right) => {
        const place = cellOf(rows[first + down], ORDER[column + right]);
        if (place) put(place, text);
      });
    });
    const left = first + block.length - rows.length;
    if (left > 0) window.appToast({ text: form.dataset.pasteLeft.replace("%s", left), tone: "warning" });
    form.dispatchEvent(new CustomEvent("pasted"));
  });

  window.schemeCells = { enter, cellOf };
})();
