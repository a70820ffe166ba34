// Turns select[data-unit-picker] into a combobox (ARIA 1.2): name, pinyin or initials, several
// choices as chips. The select stays in the form and holds the value.
(() => {
  const WAIT_MS = 150;
  const MOST = 50;
  let serial = 0;

  class UnitPicker {
    constructor(select) {
      this.select = select;
      this.many = select.multiple;
      this.url = select.dataset.url || "";
      this.active = -1;
      this.options = [];
      this.build();
      this.paint();
    }

    build() {
      const { select } = this;
      const id = select.id || `unit-picker-${(serial += 1)}`;
      this.root = element("div", "picker");
      this.box = element("div", "picker-box");
      this.input = element("input", "picker-input");
      this.list = element("ul", "picker-list");
      const toggle = element("button", "picker-toggle");
      Object.assign(this.input, { type: "text", autocomplete: "off", id: `${id}-input` });
      Object.assign(this.list, { id: `${id}-list`, hidden: true });
      Object.assign(toggle, { type: "button", tabIndex: -1 });
      set(toggle, { "aria-hidden": "true" });
      set(this.input, {
        role: "combobox",
        "aria-expanded": "false",
        "aria-autocomplete": "list",
        "aria-controls": this.list.id,
        placeholder: this.hint(),
        "aria-describedby": select.getAttribute("aria-describedby") || "",
      });
      set(this.list, { role: "listbox", "aria-label": word("list") });
      if (this.many) set(this.list, { "aria-multiselectable": "true" });
      if (select.classList.contains("is-invalid")) {
        this.root.classList.add("is-invalid");
        set(this.input, { "aria-invalid": "true" });
      }
      if (select.required) set(this.input, { "aria-required": "true" });
      this.input.disabled = select.disabled;
      toggle.append(window.appIcon("chevron-down"));
      for (const label of document.querySelectorAll(`label[for="${CSS.escape(select.id)}"]`)) {
        label.htmlFor = this.input.id;
      }
      this.box.append(this.input);
      this.root.append(this.box, toggle, this.list);
      select.after(this.root);
      select.hidden = true;
      select.required = false;
      select.pickerInput = this.input;
      select.classList.remove("is-invalid");
      this.listen(toggle);
    }

    listen(toggle) {
      this.input.addEventListener("input", (event) => {
        event.stopPropagation(); // what is typed here is no change of the form yet
        this.ask(this.input.value.trim());
      });
      this.input.addEventListener("focus", () => this.input.select());
      this.input.addEventListener("click", () => this.ask(""));
      this.input.addEventListener("keydown", (event) => this.key(event));
      this.input.addEventListener("blur", () => this.leave());
      this.box.addEventListener("click", (event) => this.clickBox(event));
      toggle.addEventListener("mousedown", (event) => {
        event.preventDefault();
        if (this.list.hidden) this.ask("");
        else this.close();
        this.input.focus();
      });
      // mousedown, so that the input does not lose the focus before the choice is made
      this.list.addEventListener("mousedown", (event) => {
        event.preventDefault();
        const option = event.target.closest("[role=option]");
        if (option) this.choose(this.options[Number(option.dataset.index)]);
      });
    }

    clickBox(event) {
      const chip = event.target.closest("[data-remove]");
      if (chip) this.unselect(chip.dataset.remove);
      this.input.focus();
    }

    // In a filter an empty choice has a name of its own: 全部.
    hint() {
      const empty = [...this.select.options].find((option) => !option.value);
      const isFilter = this.select.closest(".filter-field");
      return isFilter && empty ? empty.textContent.trim() : word("placeholder");
    }

    // --- What is chosen ---
    chosen() {
      return [...this.select.selectedOptions].filter((option) => option.value);
    }

    paint() {
      const chosen = this.chosen();
      for (const chip of this.box.querySelectorAll(".picker-chip")) chip.remove();
      if (this.many) {
        for (const option of chosen) this.box.insertBefore(this.chip(option), this.input);
        this.input.value = "";
      } else {
        this.input.value = chosen[0]?.textContent.trim() || "";
      }
      this.input.placeholder = this.many && chosen.length ? "" : this.hint();
    }

    chip(option) {
      const chip = element("span", "picker-chip");
      const remove = element("button", "chip-x");
      Object.assign(remove, { type: "button" });
      remove.dataset.remove = option.value;
      remove.append(window.appIcon("x"));
      set(remove, { "aria-label": `${word("remove")} ${option.textContent.trim()}` });
      chip.append(option.textContent.trim(), remove);
      return chip;
    }

    choose(row) {
      if (!row) return;
      const known = [...this.select.options].find((option) => option.value === String(row.id));
      const option = known || new Option(row.name, row.id);
      if (!known) {
        option.dataset.hint = row.hint || "";
        this.select.append(option);
      }
      option.selected = this.many ? !option.selected : true;
      this.changed();
      if (this.many) this.ask("");
      else this.close();
    }

    unselect(value) {
      for (const option of this.select.options) {
        if (option.value === value) option.selected = false;
      }
      this.changed();
    }

    clear() {
      this.select.value = "";
      if (this.select.selectedIndex < 0 && this.select.options[0]?.value === "") {
        this.select.selectedIndex = 0;
      }
    }

    changed() {
      this.paint();
      for (const type of ["input", "change"]) {
        this.select.dispatchEvent(new Event(type, { bubbles: true }));
      }
    }

    // --- What is offered ---
    ask(text) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.fetch(text), text ? WAIT_MS : 0);
    }

    async fetch(text) {
      this.controller?.abort();
      if (!this.url) return this.offer(this.own(text), text);
      this.controller = new AbortController();
      try {
        const address = new URL(this.url, window.location.href);
        address.searchParams.set("q", text);
        const answer = await fetch(address, {
          headers: { Accept: "application/json" },
          signal: this.controller.signal,
        });
        if (!answer.ok) throw new Error(answer.status);
        const { results } = await answer.json();
        return this.offer(results, text);
      } catch (error) {
        // Without the server the select's own options still serve.
        return error.name === "AbortError" ? undefined : this.offer(this.own(text), text);
      }
    }

    own(text) {
      const wanted = text.toLowerCase();
      return [...this.select.options]
        .filter((option) => option.value)
        .map((option) => ({
          id: option.value,
          name: option.textContent.trim(),
          hint: option.dataset.hint || "",
          search: option.dataset.search || "",
        }))
        .filter((row) => `${row.name} ${row.hint} ${row.search}`.toLowerCase().includes(wanted))
        .slice(0, MOST);
    }

    offer(rows, text) {
      if (document.activeElement !== this.input) return;
      this.options = rows;
      this.list.replaceChildren(...this.lines(rows, text));
      this.list.hidden = false;
      set(this.input, { "aria-expanded": "true" });
      this.list.scrollIntoView({ block: "nearest" });
      const first = text && rows.length ? 0 : -1;
      this.point(first);
    }

    lines(rows, text) {
      if (!rows.length) return [element("li", "picker-none", word("none"))];
      const chosen = new Set(this.chosen().map((option) => option.value));
      const lines = [];
      let group = "";
      rows.forEach((row, index) => {
        if (row.group && row.group !== group) {
          const head = element("li", "picker-group", row.group);
          set(head, { role: "presentation" });
          lines.push(head);
        }
        group = row.group || "";
        lines.push(this.line(row, index, chosen.has(String(row.id)), text));
      });
      return lines;
    }

    line(row, index, isChosen, text) {
      const line = element("li", "picker-option");
      line.id = `${this.list.id}-${index}`;
      line.dataset.index = index;
      set(line, { role: "option", "aria-selected": String(isChosen) });
      line.append(...marked(row.name, text));
      if (row.hint) line.append(element("span", "picker-hint", row.hint));
      return line;
    }

    point(index) {
      this.active = index;
      const lines = this.list.querySelectorAll("[role=option]");
      lines.forEach((line, place) => line.classList.toggle("is-active", place === index));
      const line = lines[index];
      if (line) line.scrollIntoView({ block: "nearest" });
      if (line) set(this.input, { "aria-activedescendant": line.id });
      else this.input.removeAttribute("aria-activedescendant");
    }

    close() {
      clearTimeout(this.timer);
      this.controller?.abort();
      this.list.hidden = true;
      set(this.input, { "aria-expanded": "false" });
      this.point(-1);
    }

    leave() {
      const text = this.input.value.trim();
      if (!this.many && !text && this.chosen().length) {
        this.clear();
        this.changed();
      }
      this.close();
      this.paint();
    }

    key(event) {
      if (event.isComposing) return;
      const { key } = event;
      if (key === "ArrowDown" || key === "ArrowUp") {
        event.preventDefault();
        if (this.list.hidden) this.ask("");
        else this.step(key === "ArrowDown" ? 1 : -1);
      } else if (key === "Enter" && !this.list.hidden) {
        event.preventDefault();
        this.choose(this.options[this.active]);
      } else if (key === "Escape" && !this.list.hidden) {
        event.stopPropagation();
        this.close();
        this.paint();
      } else if (key === "Backspace" && this.many && !this.input.value) {
        const last = this.chosen().pop();
        if (last) this.unselect(last.value);
      }
    }

    step(by) {
      const count = this.options.length;
      if (count) this.point((this.active + by + count) % count);
    }
  }

  function element(name, css, text = "") {
    const node = document.createElement(name);
    node.className = css;
    if (text) node.textContent = text;
    return node;
  }

  function set(node, attributes) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value) node.setAttribute(name, value);
    }
  }

  function marked(name, text) {
    const at = text ? name.toLowerCase().indexOf(text.toLowerCase()) : -1;
    if (at < 0) return [name];
    return [
      name.slice(0, at),
      element("mark", "", name.slice(at, at + text.length)),
      name.slice(at + text.length),
    ];
  }

  function word(key) {
    return document.getElementById("picker-words")?.dataset[key] || "";
  }

  function dress(scope) {
    for (const select of scope.querySelectorAll("select[data-unit-picker]")) {
      if (!select.pickerInput) select.picker = new UnitPicker(select);
    }
  }

  dress(document);
  document.body.addEventListener("htmx:afterSettle", () => dress(document));
})();
