// A slider and its number are one: pulled or typed, the other follows; the answer comes by itself.
(() => {
  const form = document.getElementById("whatif-form");
  if (!form) return;
  const sliders = new Map([...form.querySelectorAll("[data-slides]")].map((one) => [one.dataset.slides, one]));

  // As an office types them: full-width digits, a Unicode minus.
  const plain = (text) => text.normalize("NFKC").replace("−", "-").trim();

  form.addEventListener("input", ({ target }) => {
    const { slides } = target.dataset;
    if (slides) form.elements[slides].value = target.value;
    else if (sliders.has(target.name) && plain(target.value) !== "") sliders.get(target.name).value = plain(target.value);
  });

  // The fields are back as the page came only after this event.
  form.addEventListener("reset", () => {
    setTimeout(() => {
      for (const one of form.querySelectorAll("[data-was]")) {
        one.value = one.dataset.was;
        sliders.get(one.name).value = one.dataset.was;
      }
      form.requestSubmit();
    });
  });

  // Only what was moved is asked about, or sent: a long table would make too long an address.
  function dropUnmoved(drop) {
    for (const one of form.querySelectorAll("[data-was]")) if (one.value === one.dataset.was) drop(one.name);
  }

  form.addEventListener("htmx:configRequest", ({ detail }) => dropUnmoved((name) => delete detail.parameters[name]));
  form.addEventListener("formdata", ({ formData }) => dropUnmoved((name) => formData.delete(name)));

  // Into the draft go the fields as they are, also while an answer is still on its way.
  document.addEventListener(
    "submit",
    (event) => {
      if (!event.submitter?.matches("[data-applies]")) return;
      event.stopPropagation();
      if (form.dataset.sending) event.preventDefault();
      form.dataset.sending = "true";
    },
    true,
  );

  // What is wrong stands at its field.
  function tellErrors() {
    const errors = JSON.parse(document.getElementById("whatif-errors").textContent);
    for (const place of form.querySelectorAll("[data-told-of]")) {
      const text = errors[place.dataset.toldOf] ?? "";
      place.textContent = text;
      form.elements[place.dataset.toldOf].removeAttribute("aria-invalid");
      if (text) form.elements[place.dataset.toldOf].setAttribute("aria-invalid", "true");
    }
  }

  document.body.addEventListener("htmx:afterSwap", () => {
    tellErrors();
    const moved = new Map([...document.querySelectorAll("[data-now-of]")].map((one) => [one.dataset.nowOf, one.dataset.points]));
    for (const place of form.querySelectorAll("[data-now]")) place.textContent = moved.get(place.dataset.now) ?? "";
    const told = document.querySelector("#whatif-result [data-told]");
    document.getElementById("whatif-told").textContent = told.textContent.replace(/\s+/g, " ").trim();
  });
})();
