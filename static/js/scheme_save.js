// The scheme's table saved by the row while one goes on typing. Nothing typed is lost: a cell that
// was refused, or that somebody else has changed meanwhile, keeps its text and says why.
(() => {
  const PAUSE_MS = 1200;
  const AGAIN_MS = 15000;
  const waiting = new Map(); // row → timer
  const underWay = new Map(); // row → promise
  const unsent = new Set(); // rows that a lost line or log-in kept back
  let lastCell = "name";

  const table = () => document.getElementById("scheme-table");
  const cellsOf = (row) => [...row.querySelectorAll("[data-cell]")];
  const isBusy = () => waiting.size + underWay.size + unsent.size > 0;

  function state(text, isBad = false) {
    const place = table()?.querySelector("[data-state]");
    if (!place) return;
    place.textContent = text;
    place.classList.toggle("is-bad", isBad);
  }

  function note(row, text, isBad = false) {
    const place = row.querySelector("[data-note]");
    place.textContent = text;
    place.classList.toggle("is-bad", isBad);
  }

  // --- What is told at a cell -----------------------------------------------------------------
  function clearTold(cell) {
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-describedby");
    delete cell.dataset.clash;
    document.getElementById(`told-${cell.id}`)?.remove();
  }

  function tell(cell, text) {
    const told = document.createElement("span");
    told.className = "cell-told";
    told.id = `told-${cell.id}`;
    told.textContent = text;
    cell.after(told);
    cell.setAttribute("aria-invalid", "true");
    cell.setAttribute("aria-describedby", told.id);
    return told;
  }

  const caution = (textContent) => Object.assign(document.createElement("span"), { textContent });

  function choice(label, chosen) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-outline-secondary";
    button.textContent = label;
    button.addEventListener("click", chosen);
    return button;
  }

  function tellClash(cell, { clash, stored }) {
    const told = tell(cell, clash);
    const row = cell.closest("tr");
    cell.dataset.clash = "true";
    const settle = (value) => {
      clearTold(cell);
      cell.value = value;
      markFaults(row);
      save(row);
      cell.focus();
    };
    const { keepMine, takeTheirs } = table().dataset;
    told.append(
      document.createElement("br"),
      choice(keepMine, () => settle(cell.value)),
      choice(takeTheirs, () => settle(stored)),
    );
  }

  const markFaults = (row) => row.classList.toggle("has-fault", Boolean(row.querySelector("[aria-invalid]")));

  // --- Sending --------------------------------------------------------------------------------
  function collect(row) {
    const body = new URLSearchParams();
    for (const cell of cellsOf(row)) if (!cell.dataset.clash) body.set(cell.name, cell.value);
    const seen = row.querySelector("[data-seen]");
    body.set(seen.name, seen.value);
    const keep = row.querySelector("[data-keep] input");
    if (keep.checked) body.set(keep.name, "on");
    return body;
  }

  function post(url, body, keepalive = false) {
    const token = table().querySelector("[name=csrfmiddlewaretoken]").value;
    return fetch(url, { method: "POST", body, keepalive, headers: { "X-CSRFToken": token, Accept: "application/json, text/html" } });
  }

  function keepBack(row, why) {
    unsent.add(row);
    row.dataset.why = why;
    note(row, table().dataset.unsaved, true);
    state(table().dataset[why], true);
  }

  async function send(row) {
    const body = collect(row);
    unsent.delete(row);
    state(table().dataset.saving);
    let answer;
    try {
      answer = await post(row.dataset.url, body);
    } catch {
      return keepBack(row, "offline");
    }
    if (answer.redirected || answer.status === 401 || answer.status === 403) return keepBack(row, "expired");
    if (answer.status === 404 || answer.status === 409) return gone(row, answer);
    if (!answer.ok) return keepBack(row, "failed");
    return take(row, body, await answer.json());
  }

  async function gone(row, answer) {
    const text = answer.status === 409 ? (await answer.json()).gone : table().dataset.gone;
    note(row, text, true);
    row.classList.add("has-fault");
    state(text, true);
  }

  function take(row, body, answer) {
    const form = table();
    row.querySelector("[data-seen]").value = JSON.stringify(answer.seen);
    row.querySelector("[data-keep]").hidden = !answer.warns;
    row.querySelector("[data-cautions]").replaceChildren(...answer.cautions.map(caution));
    for (const cell of cellsOf(row)) {
      const told = answer.cells[cell.dataset.cell];
      if (!told || cell.dataset.clash || cell.value !== body.get(cell.name)) continue;
      clearTold(cell);
      if (told.error) tell(cell, told.error);
      else if (told.clash) tellClash(cell, told);
      else cell.value = told.value;
    }
    markFaults(row);
    const isBad = row.classList.contains("has-fault");
    note(row, isBad ? "" : answer.saved);
    state(isBad ? form.dataset.mend : answer.saved, isBad);
    if (isBad) leadToFault(form);
    follow(form, answer.excluded_by);
    offer(answer.offered);
    window.schemeSums.retell(form);
    takeSums(form, answer);
  }

  // The row is saved when one has gone on: its fault may be far from where one types by now.
  function leadToFault(form) {
    const button = choice(form.dataset.first, () => {
      const cell = form.querySelector("[data-cell][aria-invalid]");
      cell?.scrollIntoView({ block: "center", inline: "nearest" });
      window.schemeCells.enter(cell);
    });
    button.className = "btn-inline";
    form.querySelector("[data-state]").append(button);
  }

  // A new code stands at once in the rows that name it; what is being typed there stays.
  function follow(form, codes) {
    for (const [prefix, code] of Object.entries(codes)) {
      const row = form.querySelector(`#row-${prefix.slice(1)}`);
      const cell = row && window.schemeCells.cellOf(row, "excluded_by");
      if (!cell) continue;
      const seen = row.querySelector("[data-seen]");
      const known = JSON.parse(seen.value);
      if (cell.value === known.excluded_by) cell.value = code;
      seen.value = JSON.stringify({ ...known, excluded_by: code });
    }
  }

  // A new code or name stands at once in what can be chosen.
  function offer({ leaves, branches }) {
    const option = (value, text) => Object.assign(document.createElement("option"), { value, textContent: text });
    document.getElementById("table-leaves").replaceChildren(...leaves.map(([code, name]) => option(code, name)));
    const { place } = table().elements;
    const { value } = place;
    place.replaceChildren(place.options[0], ...branches.map(([pk, name]) => option(pk, name)));
    place.value = value;
  }

  function takeSums(form, answer) {
    if (!isBusyElsewhere()) {
      for (const [prefix, sum] of Object.entries(answer.sums)) {
        window.schemeSums.say(form.querySelector(`#row-${prefix.slice(1)} [data-sum]`), sum);
      }
      window.schemeSums.say(form.querySelector("[data-foot]"), answer.foot);
    }
    const faults = document.getElementById("faults");
    const wasOpen = faults.querySelector("details").open;
    faults.outerHTML = answer.faults;
    document.getElementById("faults").querySelector("details").open = wasOpen;
  }

  // The server's sums are those of what is saved: while more waits, the ones on the page are newer.
  const isBusyElsewhere = () => waiting.size > 0 || Boolean(table().querySelector("[aria-invalid]"));

  function save(row) {
    clearTimeout(waiting.get(row));
    waiting.delete(row);
    const after = (underWay.get(row) || Promise.resolve()).then(() => send(row));
    underWay.set(row, after);
    return after.finally(() => {
      if (underWay.get(row) === after) underWay.delete(row);
    });
  }

  function later(row) {
    clearTimeout(waiting.get(row));
    waiting.set(row, setTimeout(() => save(row), PAUSE_MS));
    note(row, table().dataset.unsaved);
  }

  async function flush() {
    await Promise.all([...new Set([...waiting.keys(), ...unsent])].map(save));
    await Promise.all(underWay.values());
    return !unsent.size && !table().querySelector("[aria-invalid]");
  }

  // --- When ------------------------------------------------------------------------------------
  document.addEventListener("input", (event) => {
    const row = event.target.closest?.("#scheme-table tr[data-row]");
    if (!row || event.target.name === "row") return;
    if (event.target.dataset.cell && event.target.dataset.clash) clearTold(event.target);
    later(row);
  });

  document.addEventListener("focusin", (event) => {
    lastCell = event.target.dataset?.cell || lastCell;
    const here = event.target.closest?.("#scheme-table tr[data-row]");
    for (const row of waiting.keys()) if (row !== here) save(row);
  });

  document.addEventListener("pasted", () => flush(), true);
  setInterval(() => [...unsent].filter((row) => row.dataset.why !== "expired").forEach(save), AGAIN_MS);
  window.addEventListener("online", () => [...unsent].forEach(save));

  // A new log-in in another window brings a new token; the old page goes on with it.
  window.addEventListener("focus", async () => {
    if (![...unsent].some((row) => row.dataset.why === "expired")) return;
    if (await window.appLogIn.why()) return;
    [...unsent].forEach(save);
  });

  // --- Deeds with the chosen row: what is typed is saved first, then the table comes anew --------
  async function act(form, submitter) {
    if (!(await flush())) {
      window.appToast({ text: form.dataset.mend, tone: "warning" });
      return;
    }
    if (!submitter?.name) return;
    if ("plain" in submitter.dataset) {
      // Not before the present submit is over: a browser ignores one within another.
      setTimeout(() => {
        form.dataset.isSure = "true";
        form.requestSubmit(submitter);
      });
      return;
    }
    const facts = { deed: submitter.value, place: form.elements.place.value };
    const chosen = form.querySelector("[name=row]:checked");
    await sendDeed(form, chosen ? { ...facts, row: chosen.value } : facts);
  }

  async function sendDeed(form, facts) {
    const body = new URLSearchParams(facts);
    const answer = await post(form.action, body).catch(() => null);
    if (answer?.ok) show(await answer.text());
    else state(form.dataset[answer ? "failed" : "offline"], true);
  }

  // A row that was dragged: what is typed is saved first, as before every other deed.
  async function drop(facts) {
    const form = table();
    if (await flush()) await sendDeed(form, { deed: "drop", ...facts });
    else window.appToast({ text: form.dataset.mend, tone: "warning" });
  }

  function show(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.getElementById("scheme-table");
    if (!fresh) return;
    const wrap = document.querySelector(".editor-wrap");
    const { scrollLeft } = wrap;
    table().replaceWith(fresh);
    document.querySelector(".editor-wrap").scrollLeft = scrollLeft;
    document.getElementById("faults").replaceWith(page.getElementById("faults"));
    for (const box of page.querySelectorAll("#messages .notice")) {
      const tone = [...box.classList].find((name) => name.startsWith("tone-"))?.slice(5);
      window.appToast({ text: box.querySelector(".notice-text").textContent.trim(), tone });
    }
    goToChosen();
  }

  function goToChosen() {
    const row = table()?.querySelector("[name=row]:checked")?.closest("tr");
    if (!row) return;
    row.scrollIntoView({ block: "nearest" });
    window.schemeCells.enter(window.schemeCells.cellOf(row, lastCell) || window.schemeCells.cellOf(row, "name"));
  }

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (form.id !== "scheme-table" || form.dataset.isSure) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      act(form, event.submitter);
    },
    true,
  );

  document.addEventListener("click", async (event) => {
    const jump = event.target.closest?.("[data-to-row]");
    const row = jump && document.getElementById(`row-${jump.dataset.toRow}`);
    if (row) {
      event.preventDefault();
      row.scrollIntoView({ block: "center" });
      window.schemeCells.enter(window.schemeCells.cellOf(row, "points"));
    }
    const link = event.target.closest?.("a[href]");
    if (link && isBusy() && leaves(link) && !event.defaultPrevented && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (await flush()) window.location.assign(link.href);
      else window.appToast({ text: table().dataset.mend, tone: "warning" });
    }
  });

  // --- Leaving ---------------------------------------------------------------------------------
  const leaves = ({ origin, pathname, target, download }) =>
    origin === window.location.origin && pathname !== window.location.pathname && !target && !download;

  // What the server is likely to refuse, or to take for a change against the one under way.
  function mayFail(row) {
    return underWay.has(row) || cellsOf(row).some((cell) => {
      const text = cell.value.normalize("NFKC").replace("−", "-").trim();
      if (cell.inputMode === "decimal") return text && !/^-?\d*\.?\d+$/.test(text);
      if (cell.matches("[data-cell=code], [data-cell=name]")) return !text;
      if (!cell.matches("[data-cell=department], [data-cell=excluded_by]")) return false;
      return text && ![...cell.list.options].some((one) => one.value === cell.value.trim());
    });
  }

  // A row that waits is sent while the page goes; the browser asks only where that may not do.
  window.addEventListener("beforeunload", (event) => {
    const isLost = unsent.size || table()?.querySelector("[data-cell][aria-invalid]") || [...waiting.keys()].some(mayFail);
    if (isLost || (waiting.size && !navigator.onLine)) event.preventDefault();
  });
  window.addEventListener("pagehide", () => {
    for (const row of waiting.keys()) post(row.dataset.url, collect(row), true).catch(() => {});
  });

  window.schemeSave = { drop };

  // What was typed before the page was ready counts and is saved too.
  for (const cell of table()?.querySelectorAll("[data-cell]") ?? []) {
    if (window.appIsChanged(cell)) cell.dispatchEvent(new Event("input", { bubbles: true }));
  }

  if (/[?&](row|code)=/.test(window.location.search)) goToChosen();
})();
