// The grid of marks under the hand: keys as in a spreadsheet, blocks copied from and to Excel.
(() => {
  const table = document.getElementById("mark-grid");
  const status = document.getElementById("mark-status");
  if (!table || !status) return;
  // Rows of cells; null where there is nothing to mark.
  const grid = [...table.querySelectorAll("tr[data-unit]")].map((row) =>
    [...row.querySelectorAll(".mark-cell")].map((cell) => cell.querySelector(".mark-value")),
  );
  const places = new Map();
  grid.forEach((row, r) => row.forEach((input, c) => input && places.set(input, [r, c])));
  const undone = [];
  let atFocus = "";
  let anchor = null;
  let head = null;

  const at = (r, c) => grid[r]?.[c];
  const isWhole = (input) => input.selectionStart === 0 && input.selectionEnd === input.value.length;

  // --- Moving ------------------------------------------------------------------------------
  function next([r, c], dr, dc) {
    for (r += dr, c += dc; grid[r] && c >= 0 && c < grid[r].length; r += dr, c += dc) {
      if (at(r, c)) return [r, c];
    }
    return null;
  }

  function go(place) {
    if (!place) return;
    const input = at(...place);
    input.focus();
    input.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // --- A block of cells ----------------------------------------------------------------------
  function picked() {
    if (!anchor || !head) return [];
    const [top, bottom] = [anchor[0], head[0]].sort((a, b) => a - b);
    const [left, right] = [anchor[1], head[1]].sort((a, b) => a - b);
    return grid.slice(top, bottom + 1).map((row) => row.slice(left, right + 1));
  }

  const isBlock = () => Boolean(anchor && head && (anchor[0] !== head[0] || anchor[1] !== head[1]));

  function paint() {
    for (const cell of table.querySelectorAll(".is-picked")) cell.classList.remove("is-picked");
    if (!isBlock()) return;
    for (const input of picked().flat()) input?.closest(".mark-cell").classList.add("is-picked");
  }

  function extend(place) {
    if (!place) return;
    head = place;
    paint();
    at(...place).scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  let clicked = null;

  function enter(target) {
    atFocus = target.value;
    clicked = null;
    if (!places.has(target)) return;
    anchor = head = places.get(target);
    paint();
    target.select();
  }

  // The page opens with the first wrong cell in hand, or somebody types, before this script listens.
  function goOn(target) {
    const [start, end] = [target.selectionStart, target.selectionEnd];
    enter(target);
    if (!window.appIsChanged(target)) return;
    atFocus = target.defaultValue;
    target.setSelectionRange(start, end);
  }

  table.addEventListener("focusin", ({ target }) => enter(target));
  if (table.contains(document.activeElement)) goOn(document.activeElement);

  // The first click takes the whole cell, also where it was in hand already; the next one a place.
  table.addEventListener("mousedown", (event) => {
    const { target } = event;
    const isInHand = target === document.activeElement && target.value === atFocus && isWhole(target);
    if (places.has(target) && !event.shiftKey && clicked !== target && isInHand) event.preventDefault();
  });
  table.addEventListener("click", ({ target }) => (clicked = target));

  table.addEventListener("mousedown", (event) => {
    const input = event.target.closest(".mark-cell")?.querySelector(".mark-value");
    if (!event.shiftKey || !anchor || !places.has(input)) return;
    event.preventDefault();
    extend(places.get(input));
  });

  table.addEventListener("mouseover", (event) => {
    const input = event.target.closest(".mark-cell")?.querySelector(".mark-value");
    const isDragged = event.buttons === 1 && places.has(document.activeElement);
    if (!isDragged || !places.has(input) || input === document.activeElement) return;
    extend(places.get(input));
  });

  // --- Changing ------------------------------------------------------------------------------
  function write(changes) {
    const made = changes.filter(([input, value]) => input.value !== value);
    if (!made.length) return;
    undone.push(made.map(([input]) => [input, input.value]));
    put(made);
  }

  function put(changes) {
    for (const [input, value] of changes) {
      input.value = value;
      input.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: "own" }));
    }
    atFocus = document.activeElement?.value;
  }

  table.addEventListener("change", (event) => {
    if (event.detail === "own" || !places.has(event.target)) return;
    undone.push([[event.target, atFocus]]);
    atFocus = event.target.value;
  });

  // The server writes 十五 as 15: that is no change of the judge's.
  table.addEventListener("settled", ({ target }) => {
    if (target === document.activeElement) atFocus = target.value;
  });

  function undo() {
    const last = undone.pop();
    if (!last) return;
    put(last);
    last[0][0].focus();
  }

  // --- Keys ----------------------------------------------------------------------------------
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function atEdge(input, key) {
    if (key === "ArrowUp" || key === "ArrowDown" || isWhole(input)) return true;
    const edge = key === "ArrowLeft" ? 0 : input.value.length;
    return input.selectionStart === edge && input.selectionEnd === edge;
  }

  function onValue(event) {
    const input = event.target;
    const place = places.get(input);
    const { key } = event;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z" && input.value === atFocus) undo();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (key === "Enter") go(next(place, event.shiftKey ? -1 : 1, 0));
    else if (key in STEPS && event.shiftKey && atEdge(input, key)) extend(next(head, ...STEPS[key]));
    else if (key in STEPS && !event.shiftKey && atEdge(input, key)) go(next(place, ...STEPS[key]));
    else if (key === "Escape") restore(input);
    else if ((key === "Delete" || key === "Backspace") && isBlock()) clear();
    else if (key === "F2") askReason(input);
    else return;
    event.preventDefault();
  }

  function restore(input) {
    input.value = atFocus;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.select();
  }

  function clear() {
    write(picked().flat().filter(Boolean).map((input) => [input, ""]));
  }

  function askReason(input) {
    const cell = input.closest(".mark-cell");
    cell.classList.add("wants-reason");
    cell.querySelector(".mark-reason").focus();
  }

  function onReason(event) {
    const value = event.target.closest(".mark-cell").querySelector(".mark-value");
    if (event.key === "Enter") go(next(places.get(value), 1, 0) || places.get(value));
    else if (event.key === "Escape") {
      restore(event.target);
      value.focus();
    } else return;
    event.preventDefault();
  }

  table.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (places.has(event.target)) onValue(event);
    else if (event.target.matches(".mark-reason")) onReason(event);
  });

  // --- Copying and pasting -------------------------------------------------------------------
  table.addEventListener("copy", (event) => {
    if (!isBlock() || !places.has(event.target)) return;
    const text = picked().map((row) => row.map((input) => input?.value ?? "").join("\t")).join("\n");
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  });

  table.addEventListener("paste", (event) => {
    if (!places.has(event.target)) return;
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    const rows = text.split("\n").map((row) => row.split("\t"));
    const isOne = rows.length === 1 && rows[0].length === 1;
    if (isOne && !isBlock()) return;
    event.preventDefault();
    const [top, left] = [Math.min(anchor[0], head[0]), Math.min(anchor[1], head[1])];
    if (isOne) write(picked().flat().filter(Boolean).map((input) => [input, text.trim()]));
    else if (rows.some(([name]) => rowOf.has(plain(name)))) pasteByName(rows, left);
    else pasteBlock(rows.map((texts, r) => [top + r, texts]), left);
  });

  // A blank cell changes nothing; closed cells and what reaches beyond the page are counted.
  function pasteBlock(lines, left) {
    const changes = [];
    let skipped = 0;
    for (const [r, texts] of lines) {
      texts.forEach((text, c) => {
        const input = at(r, left + c);
        if (!text.trim()) return;
        if (input) changes.push([input, text.trim().slice(0, input.maxLength)]);
        else skipped += 1;
      });
    }
    write(changes);
    if (skipped) window.appToast({ text: `${skipped} ${status.dataset.skipped}`, tone: "warning" });
  }

  // Names before the marks say into which rows they go; a name that is not here, or again, is told.
  const plain = (name) => name.normalize("NFKC").replace(/\s+/g, "");
  const heads = [...table.querySelectorAll("tr[data-unit] th")];
  const rowOf = new Map(heads.map((cell, r) => [plain(cell.textContent), r]));

  function pasteByName(rows, left) {
    const lines = new Map();
    const unmatched = [];
    for (const [name, ...texts] of rows) {
      const r = rowOf.get(plain(name));
      if (r !== undefined && !lines.has(r)) lines.set(r, texts);
      else if ([name, ...texts].join("").trim()) unmatched.push(name.trim() || texts.join(" ").trim());
    }
    pasteBlock(lines, left);
    const { byName, unknown } = status.dataset;
    window.appToast({ text: byName.replace("%s", lines.size) });
    if (!unmatched.length) return;
    const told = unknown.replace("%n", unmatched.length).replace("%s", unmatched.join("、"));
    window.appToast({ text: told, tone: "warning" });
  }
})();
