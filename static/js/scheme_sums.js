// The sums of a scheme's table while one types: the sentences and the rule are the server's, which
// tells them again after every save (assessment/forms/sums.py, assessment/scoring/sums.py).
(() => {
  const SCALE = 10000;
  const words = JSON.parse(document.getElementById("sum-words")?.textContent || "{}");

  // Points as whole ten-thousandths: sums are exact.
  function number(text) {
    const plain = (text || "").normalize("NFKC").trim();
    return /^\d+(\.\d+)?$/.test(plain) ? Math.round(Number(plain) * SCALE) : 0;
  }

  function show(units) {
    return String(units / SCALE);
  }

  function cell(row, key) {
    return row.querySelector(`[data-cell="${key}"]`)?.value ?? "";
  }

  function readRows(form) {
    const found = new Map();
    for (const row of form.querySelectorAll("tr[data-row]")) {
      const parent = found.get(row.dataset.parent);
      const free = !parent || parent.role === "base";
      const weight = cell(row, "weight").trim();
      const points = number(cell(row, "points"));
      const one = {
        row,
        parent,
        role: free ? cell(row, "role") || row.dataset.role : parent.role,
        points,
        countsAs: weight ? number(weight) : points,
        kinds: JSON.parse(row.dataset.kinds || "[]"),
        children: [],
      };
      found.set(row.dataset.row, one);
      parent?.children.push(one);
    }
    return [...found.values()];
  }

  const together = (parts) => parts.reduce((sum, part) => sum + part.countsAs, 0);

  function fill(key, facts) {
    return (words[key] || "").replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
  }

  function gap(what, found, points, kind) {
    const key = found < points ? "short" : "over";
    const facts = { what, found: show(found), points: show(points), gap: show(Math.abs(found - points)) };
    return (kind ? `${kind}：` : "") + fill(key, facts);
  }

  // All parts add up, or those of each kind that they name.
  function told(what, parts, points) {
    const found = together(parts);
    if (found === points) return { right: true, text: fill("even", { what, found: show(found) }) };
    const kinds = [...new Set(parts.flatMap((part) => part.kinds))].sort();
    const wrong = kinds
      .map((kind) => [kind, together(parts.filter((part) => !part.kinds.length || part.kinds.includes(kind)))])
      .filter(([, own]) => own !== points);
    if (kinds.length && !wrong.length) return { right: true, text: fill("kinds", { what, points: show(points) }) };
    if (!wrong.length) return { right: false, text: gap(what, found, points, "") };
    return { right: false, text: wrong.map(([kind, own]) => gap(what, own, points, kind)).join("；") };
  }

  function say(place, { text, right }) {
    if (!place) return;
    place.classList.toggle("tone-success", right);
    place.classList.toggle("tone-danger", !right);
    place.querySelector("span").textContent = text;
    const use = place.querySelector("use");
    if (use) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, right ? "#check" : "#alert"));
  }

  function retell(form) {
    const rows = readRows(form);
    const { whatBelow, whatBase, total } = form.dataset;
    for (const one of rows) {
      const place = one.row.querySelector("[data-sum]");
      if (!place) continue;
      const parts = one.children.filter((child) => child.role === one.role);
      if (one.role === "base") say(place, told(whatBelow, parts, one.points));
      else {
        const facts = { what: whatBelow, found: show(together(parts)), points: show(one.points) };
        say(place, { right: true, text: fill("cap", facts) });
      }
    }
    const tops = rows.filter((one) => one.role === "base" && (!one.parent || one.parent.role !== "base"));
    say(form.querySelector("[data-foot]"), told(whatBase, tops, number(total)));
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("[data-scheme-table]");
    if (form && ["points", "weight", "role"].includes(event.target.dataset.cell)) retell(form);
  });

  window.schemeSums = { retell, say };
})();
