// The grid of ticks: whole rows, columns and branches at once, and what each kind can get then.
(() => {
  const SCALE = 10000;
  const form = document.querySelector("[data-ticks]");
  if (!form) return;
  const rows = [...form.querySelectorAll("tr[data-row]")];
  const boxes = (row) => [...row.querySelectorAll("[data-kind]")];
  const units = (text) => Math.round(Number(text) * SCALE);

  function flip(all) {
    const isOn = !all.every((box) => box.checked);
    for (const box of all) box.checked = isOn;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function below(row) {
    const inside = new Set([row.dataset.row]);
    return rows.filter((one) => {
      const isIn = one === row || inside.has(one.dataset.parent);
      if (isIn) inside.add(one.dataset.row);
      return isIn;
    });
  }

  form.addEventListener("click", (event) => {
    const { column, whole } = event.target.dataset;
    if (column) flip(rows.flatMap((row) => boxes(row).filter((box) => box.dataset.kind === column)));
    if (!whole) return;
    const row = event.target.closest("tr");
    flip((whole === "branch" ? below(row) : [row]).flatMap(boxes));
  });

  // What a leaf is worth, at most what its branch is worth, converted where the branch says so.
  function obtainable(kind) {
    const found = new Map();
    for (const row of rows) {
      const box = boxes(row).find((one) => one.dataset.kind === kind);
      const parent = found.get(row.dataset.parent);
      const fits = box.checked && (parent ? parent.fits : true);
      box.closest("td").classList.toggle("is-void", parent ? !parent.fits : false);
      const one = { row, parent, fits, role: row.dataset.role, points: units(row.dataset.points), sum: 0, hasParts: false };
      found.set(row.dataset.row, one);
      if (parent) parent.hasParts = true;
    }
    let total = 0;
    for (const one of [...found.values()].reverse()) {
      let got = one.hasParts ? Math.min(one.sum, one.points) : one.fits ? one.points : 0;
      if (one.row.dataset.weight && one.points) got = (got * units(one.row.dataset.weight)) / one.points;
      if (one.parent && one.parent.role === one.role) one.parent.sum += got;
      else if (one.role === "base") total += got;
    }
    return Math.round(total);
  }

  function retell() {
    for (const place of form.querySelectorAll("[data-obtainable]")) {
      const got = obtainable(place.dataset.obtainable);
      place.textContent = String(got / SCALE);
      place.classList.toggle("is-wrong", got !== units(form.dataset.total));
    }
  }

  form.addEventListener("input", retell);
})();
