// Saves the grid of marks cell by cell. What cannot be saved stays on the page and is sent again;
// what another window has saved meanwhile is shown beside what was typed here.
(() => {
  const form = document.getElementById("mark-form");
  const status = document.getElementById("mark-status");
  if (!form || !status) return;
  const words = status.dataset;
  const AGAIN_MS = 15000;
  const PAUSE_MS = 3000;
  const SOON_MS = 300;
  const dirty = new Set();
  const kept = new Set();
  let isSending = false;
  let retry = "";
  // The scheme takes no marks any more: what was typed stays here alone.
  let isRefused = false;
  let timer = 0;

  const field = (kind, place) => document.getElementById(`${kind}-${place}`);
  const placeOf = (input) => (input.matches?.(".mark-value, .mark-reason") ? input.id.slice(2) : "");

  function say(text, isBad = false, isWarned = false) {
    status.querySelector("span").textContent = text;
    status.classList.toggle("is-bad", isBad);
    status.classList.toggle("is-warned", isWarned);
  }

  function lead(url) {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = words.moved;
    status.querySelector("span").append(" ", link);
  }

  function wrongCells() {
    return form.querySelectorAll(".mark-cell.has-error").length;
  }

  // The cell may be far from where somebody types by now, and so may what is said beside it.
  function leadToWrong() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn-inline";
    button.textContent = words.first;
    button.addEventListener("click", () => form.querySelector(".mark-cell.has-error .mark-value")?.focus());
    status.querySelector("span").append(button);
  }

  // --- What was changed --------------------------------------------------------------------
  function note(event, delay) {
    const place = placeOf(event.target);
    if (!place) return;
    dirty.add(place);
    form.dataset.dirty = "true";
    if (!retry) say(words.dirty);
    schedule(delay);
  }

  form.addEventListener("input", (event) => note(event, PAUSE_MS));
  form.addEventListener("change", (event) => note(event, SOON_MS));
  for (const target of form.elements) if (window.appIsChanged(target)) note({ target }, SOON_MS);

  function schedule(delay) {
    clearTimeout(timer);
    timer = setTimeout(flush, delay);
  }

  // --- Sending -----------------------------------------------------------------------------
  function bodyOf(places) {
    const body = new URLSearchParams();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    if (places.every((place) => kept.has(place))) body.set("keep_text", "on");
    for (const place of places) {
      for (const kind of ["v", "r", "s"]) body.set(`${kind}-${place}`, field(kind, place).value);
    }
    return body;
  }

  function send(body, isLast = false) {
    return fetch(window.location.pathname, {
      method: "POST",
      body,
      keepalive: isLast,
      headers: { Accept: "application/json", "HX-Request": "true" },
    });
  }

  // Texts that were looked at and may stay are sent by themselves.
  function nextBatch() {
    const all = [...dirty];
    const looked = all.filter((place) => kept.has(place));
    return looked.length ? looked : all;
  }

  async function flush() {
    if (isSending || !dirty.size) return;
    const places = nextBatch();
    const sent = new Map(places.map((place) => [place, [field("v", place).value, field("r", place).value]]));
    for (const place of places) dirty.delete(place);
    isSending = true;
    say(words.saving);
    const why = await send(bodyOf(places)).then((answer) => take(answer, sent), () => "offline");
    isSending = false;
    isRefused = why === "refused";
    retry = isRefused ? "" : why;
    if (why) {
      for (const place of places) dirty.add(place);
      if (!isRefused) say(words[why], true);
    } else if (dirty.size) schedule(SOON_MS);
  }

  async function take(answer, sent) {
    if (answer.status === 401 || answer.status === 403) {
      const told = answer.headers.get("HX-Trigger");
      if (told) window.appToast(JSON.parse(told).toast || {});
      return "expired";
    }
    if (answer.status === 409) {
      const { message, url } = await answer.json();
      say(message, true);
      if (url) lead(url);
      return "refused";
    }
    if (!answer.ok) return "failed";
    const found = await answer.json();
    for (const [place, cell] of Object.entries(found.cells)) show(place, cell, sent.get(place));
    for (const [indicator, [done, total]] of Object.entries(found.columns)) {
      const head = form.querySelector(`[data-progress="${indicator}"]`);
      if (head) head.textContent = `${done}/${total}`;
    }
    showTotals(found.columns);
    tell(found.saved_at);
    return "";
  }

  function showTotals(columns) {
    const sums = Object.values(columns).reduce(([a, b], [done, total]) => [a + done, b + total], [0, 0]);
    showLeft(sums[1] - sums[0]);
    const meter = document.querySelector("main .meter");
    if (!meter) return;
    meter.querySelector("progress").value = sums[0];
    const unit = meter.querySelector(".meter-figures");
    unit.textContent = unit.textContent.trim().replace(/^\d+ \/ \d+/, `${sums[0]} / ${sums[1]}`);
    meter.classList.toggle("is-full", sums[0] >= sums[1]);
  }

  // The sentence under the title counts along with the meter.
  function showLeft(left) {
    const now = document.querySelector(".what-now");
    if (!now) return;
    now.querySelector("span").textContent = left ? words.left.replace("#", left) : words.all;
    now.className = `what-now tone-${left ? words.tone : "success"}`;
  }

  function tell(savedAt) {
    const wrong = wrongCells();
    const saved = `${words.saved} ${savedAt}`;
    // What was typed while this was under way is still to be sent.
    if (dirty.size) say(words.dirty);
    else say(wrong ? `${saved}；${wrong} ${words.wrong}` : saved, false, wrong > 0);
    if (!dirty.size && wrong) leadToWrong();
    const isAllKept = !form.querySelector(".mark-cell[data-unkept]");
    if (!dirty.size && isAllKept) delete form.dataset.dirty;
    countReasons();
  }

  // --- What became of a cell ---------------------------------------------------------------
  function show(place, cell, sent) {
    const [value, reason] = [field("v", place), field("r", place)];
    const box = value.closest(".mark-cell");
    field("s", place).value = cell.seen;
    if (value.value === sent[0] && value.value !== cell.value) {
      value.value = cell.value;
      value.dispatchEvent(new Event("settled", { bubbles: true }));
    }
    if (reason.value === sent[1]) reason.value = cell.reason;
    const wrong = cell.conflict || cell.error;
    box.classList.toggle("has-error", Boolean(wrong));
    box.toggleAttribute("data-full", cell.full);
    box.classList.toggle("wants-reason", cell.wants || Boolean(reason.value));
    box.toggleAttribute("data-unkept", Boolean(cell.conflict || cell.warns));
    value.classList.toggle("is-invalid", Boolean(wrong));
    if (wrong) value.setAttribute("aria-invalid", "true");
    else value.removeAttribute("aria-invalid");
    field("e", place).textContent = wrong;
    offerReason(place, cell);
    if (cell.conflict) offerBoth(place, cell);
    if (cell.warns) offer(place, [[words.keep, () => { kept.add(place); again(place); }]]);
    else kept.delete(place);
  }

  function again(place) {
    dirty.add(place);
    flush();
  }

  function offer(place, choices) {
    const box = document.createElement("span");
    box.className = "mark-choice";
    for (const [label, act] of choices) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", act);
      box.append(button);
    }
    field("e", place).append(box);
  }

  // The reason of the mark before, to be taken for the new one by a click.
  function offerReason(place, { offered, offered_words: told }) {
    const box = field("o", place);
    box.textContent = told;
    if (!offered) return;
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.reason = offered;
    button.textContent = words.reuse;
    box.append(button);
  }

  form.addEventListener("click", ({ target }) => {
    const { reason } = target.dataset;
    if (!reason) return;
    const place = target.closest(".mark-offer").id.slice(2);
    field("r", place).value = reason;
    target.closest(".mark-cell").classList.add("wants-reason");
    target.closest(".mark-offer").textContent = "";
    field("v", place).focus();
    again(place);
  });

  function offerBoth(place, { theirs }) {
    const value = field("v", place);
    offer(place, [
      [`${words.mine} ${value.value || words.blank}`, () => again(place)],
      [
        `${words.theirs} ${theirs.value || words.blank}`,
        () => {
          value.value = theirs.value;
          field("r", place).value = theirs.reason;
          again(place);
        },
      ],
    ]);
  }

  // --- One reason for all -------------------------------------------------------------------
  const same = document.getElementById("mark-same");
  const sameReason = document.getElementById("same-reason");

  // Those with the full points, or the others: one reason is seldom right for both.
  function lacking(side) {
    return [...form.querySelectorAll(".mark-cell.wants-reason.has-error")].filter(
      (box) =>
        box.querySelector(".mark-value").value &&
        !box.querySelector(".mark-reason").value &&
        box.hasAttribute("data-full") === (side === "full"),
    );
  }

  function countReasons() {
    for (const button of same.querySelectorAll("button")) {
      const count = lacking(button.value).length;
      button.querySelector(".count").textContent = count;
      button.classList.toggle("is-idle", !count);
    }
    same.classList.toggle("is-idle", !same.querySelector("button:not(.is-idle)"));
  }

  function fillReasons(side) {
    const text = sameReason.value.trim();
    if (!text) {
      sameReason.focus();
      return;
    }
    for (const box of lacking(side)) {
      const reason = box.querySelector(".mark-reason");
      reason.value = text;
      dirty.add(placeOf(reason));
    }
    // What praises some would be taken for the others in haste.
    sameReason.value = "";
    flush();
  }

  same.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    fillReasons(button.value);
  });
  sameReason.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const choices = same.querySelectorAll("button:not(.is-idle)");
    if (choices.length === 1) fillReasons(choices[0].value);
    else choices[0]?.focus();
  });

  // --- Again -------------------------------------------------------------------------------
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    document.activeElement?.blur();
    flush();
  });

  // A new log-in in another window brings a new token; the old page goes on with it.
  window.addEventListener("focus", async () => {
    if (retry === "expired" && !(await window.appLogIn.why())) flush();
  });
  window.addEventListener("online", flush);
  setInterval(() => (retry === "offline" || retry === "failed") && flush(), AGAIN_MS);
  // What waits is sent while the page goes; the browser asks only where it cannot be.
  window.addEventListener("beforeunload", (event) => {
    const isStuck = dirty.size && (retry || isRefused || !navigator.onLine);
    if (isStuck || form.querySelector(".mark-cell[data-unkept]")) event.preventDefault();
  });
  window.addEventListener("pagehide", () => {
    if (dirty.size) send(bodyOf([...dirty]), true);
  });
  countReasons();
})();
