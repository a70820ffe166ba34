// A row dragged by its grip, with all below it: up and down to its place, left and right to its
// level. The server moves it; here is only shown where it would land.
(() => {
  const START_PX = 5;
  const LEVEL_PX = 24;
  const EDGE_PX = 56;
  const SPEED_PX = 14;
  let drag = null;

  const depthOf = (row) => Number(/depth-(\d+)/.exec(row.className)[1]);
  const nameOf = (row) => window.schemeCells.cellOf(row, "code").value;

  function branchOf(row, rows) {
    const inside = new Set([row.dataset.row]);
    return rows.filter((one) => {
      const isIn = one === row || inside.has(one.dataset.parent);
      if (isIn) inside.add(one.dataset.row);
      return isIn;
    });
  }

  function begin(event) {
    const row = drag.row;
    const rows = [...row.closest("form").querySelectorAll("tr[data-row]")];
    drag.branch = branchOf(row, rows);
    drag.others = rows.filter((one) => !drag.branch.includes(one));
    drag.depth = depthOf(row);
    for (const one of drag.branch) one.classList.add("is-dragged");
    document.documentElement.classList.add("is-dragging");
    drag.line = document.body.appendChild(Object.assign(document.createElement("div"), { className: "drop-line" }));
    drag.told = document.body.appendChild(Object.assign(document.createElement("div"), { className: "drop-told" }));
    drag.isOn = true;
    drag.frame = requestAnimationFrame(scroll);
    follow(event);
  }

  // Between which rows, and at which level of those that are possible there.
  function landing() {
    const { others, x, y, startX, depth } = drag;
    const after = others.findIndex((row) => {
      const box = row.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    const at = after < 0 ? others.length : after;
    const [above, next] = [others[at - 1], others[at]];
    const lowest = next ? depthOf(next) : 0;
    const highest = above ? depthOf(above) + (above.classList.contains("is-branch") ? 1 : 0) : 0;
    const wanted = depth + Math.round((x - startX) / LEVEL_PX);
    const level = Math.max(Math.min(lowest, highest), Math.min(highest, wanted));
    const parent = others.slice(0, at).findLast((row) => depthOf(row) < level);
    const rest = others.slice(at);
    const end = rest.findIndex((row) => depthOf(row) < level);
    const before = (end < 0 ? rest : rest.slice(0, end)).find((row) => depthOf(row) === level);
    return { above, next, level, parent: level ? parent : null, before };
  }

  function paint() {
    const { above, next, level, parent, before } = (drag.landing = landing());
    const words = drag.row.closest("form").dataset;
    const place = parent ? words.dropUnder.replace("%s", nameOf(parent)) : words.dropTop;
    drag.told.textContent = place + (before ? words.dropBefore.replace("%s", nameOf(before)) : words.dropLast);
    const box = (above || next).getBoundingClientRect();
    const wrap = drag.row.closest(".editor-wrap").getBoundingClientRect();
    const indent = Math.min(level * LEVEL_PX, 96);
    Object.assign(drag.line.style, {
      left: `${wrap.left + 8 + indent}px`,
      width: `${wrap.width - 16 - indent}px`,
      top: `${(above ? box.bottom : box.top) - 2}px`,
    });
    const { clientWidth, clientHeight } = document.documentElement;
    Object.assign(drag.told.style, {
      left: `${Math.min(drag.x + 16, clientWidth - 220)}px`,
      top: `${Math.min(drag.y + 16, clientHeight - 60)}px`,
    });
  }

  function follow(event) {
    drag.x = event.clientX;
    drag.y = event.clientY;
    paint();
  }

  // Near an edge of what is seen the table, or on a phone the page, runs on by itself.
  function scroll() {
    if (!drag?.isOn) return;
    const wrap = drag.row.closest(".editor-wrap");
    const isInner = wrap.scrollHeight > wrap.clientHeight + 1;
    const box = isInner ? wrap.getBoundingClientRect() : { top: 0, bottom: window.innerHeight };
    const step = drag.y < box.top + EDGE_PX ? -SPEED_PX : drag.y > box.bottom - EDGE_PX ? SPEED_PX : 0;
    if (step) {
      (isInner ? wrap : document.scrollingElement).scrollBy(0, step);
      paint();
    }
    drag.frame = requestAnimationFrame(scroll);
  }

  function end(isDropped) {
    if (!drag) return;
    const { isOn, row, branch, line, told, frame, landing: place } = drag;
    drag = null;
    if (!isOn) return;
    cancelAnimationFrame(frame);
    line.remove();
    told.remove();
    for (const one of branch) one.classList.remove("is-dragged");
    document.documentElement.classList.remove("is-dragging");
    if (!isDropped) return;
    const facts = { row: row.dataset.row, place: place.parent?.dataset.row ?? "", before: place.before?.dataset.row ?? "" };
    if (stays(row, branch, place)) return;
    window.schemeSave.drop(facts);
  }

  function stays(row, branch, { parent, before }) {
    const rows = [...row.closest("form").querySelectorAll("tr[data-row]")];
    const later = rows.slice(rows.indexOf(branch[branch.length - 1]) + 1);
    const next = later.find((one) => one.dataset.parent === row.dataset.parent);
    return (parent?.dataset.row ?? "") === row.dataset.parent && before === next;
  }

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    drag = { row: grip.closest("tr"), startX: event.clientX, startY: event.clientY };
  });

  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const far = Math.hypot(event.clientX - drag.startX, event.clientY - drag.startY) > START_PX;
    if (drag.isOn) follow(event);
    else if (far) begin(event);
  });

  document.addEventListener("pointerup", () => end(true));
  document.addEventListener("pointercancel", () => end(false));
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !drag?.isOn) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      end(false);
    },
    true,
  );
})();
