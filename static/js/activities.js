// Activity reports: file sizes before sending, keys of the reviewer.
(() => {
  // --- Files too large are not sent at all ----------------------------------------------------
  document.addEventListener(
    "change",
    (event) => {
      const input = event.target;
      const box = input.closest?.("[data-max-bytes]");
      if (!box || input.type !== "file") return;
      const large = [...input.files].filter((file) => file.size > Number(box.dataset.maxBytes));
      if (!large.length) return;
      event.stopImmediatePropagation();
      const names = large.map((file) => file.name).join("、");
      window.appToast({ text: `${names} ${box.dataset.tooLarge}`, tone: "danger" });
      input.value = "";
    },
    true,
  );

  // --- Keys ----------------------------------------------------------------------------------
  const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (event.target.matches?.(TYPING) || document.querySelector("dialog[open]")) return;
    // While a reason is being written, no stray letter may decide.
    if (document.querySelector(".return-box[open]")) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    target.click();
  });

  document.querySelector(".return-box")?.addEventListener("toggle", (event) => {
    if (event.target.open) event.target.querySelector("textarea")?.focus();
  });
})();
