// j and k walk the rows of the page's first table, Enter opens, x ticks.
(() => {
  const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

  function rows() {
    const table = document.querySelector("main table.dt");
    return table ? [...table.querySelectorAll("tbody tr")].filter((row) => row.offsetParent) : [];
  }

  function current() {
    return document.querySelector(".dt tr.is-current");
  }

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const here = all.indexOf(current());
    const next = all[Math.max(0, Math.min(all.length - 1, here + step))];
    current()?.classList.remove("is-current");
    next.classList.add("is-current");
    const target = next.querySelector("a.row-link, a, input");
    target?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function tick(row) {
    const check = row.querySelector(".row-check");
    if (!check) return;
    check.checked = !check.checked;
    check.dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches?.(TYPING) || document.querySelector("dialog[open]")) return;
    const row = current();
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "x" && row) tick(row);
    else if (event.key === "Enter" && row && event.target === document.body) {
      row.querySelector("a.row-link")?.click();
    }
  });
})();
