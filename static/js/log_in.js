// Whether the log-in still stands, asked before a text is sent: a page of ours tells, and brings
// the token of a new log-in along. What was typed stays on the page where it does not.
(() => {
  const words = document.getElementById("toasts")?.dataset;
  const tokens = () => document.getElementsByName("csrfmiddlewaretoken");

  // "" where it stands, or where nothing is known against it; else "expired" or "offline".
  async function why() {
    let answer;
    try {
      answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    } catch {
      return "offline";
    }
    if (answer.status === 401) return "expired";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector("body.app")) return answer.redirected ? "expired" : "";
    const fresh = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (!fresh) return "";
    for (const field of tokens()) field.value = fresh;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh }));
    return "";
  }

  // A form is held back until the answer is sure to be a page of ours; else `tell` says why.
  async function holdBack(event, tell) {
    const { target: form, submitter } = event;
    if (form.dataset.isSure) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const reason = await why();
    if (reason) {
      tell(reason);
      return;
    }
    form.dataset.isSure = "true";
    form.requestSubmit(submitter);
    delete form.dataset.isSure;
  }

  function tell(reason) {
    const { offlineLabel, expiredLabel, logInLabel, logInUrl } = words;
    if (reason === "offline") window.appToast({ text: offlineLabel, tone: "danger" });
    else window.appToast({ text: expiredLabel, tone: "danger", url: logInUrl, action: logInLabel, newWindow: true });
  }

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const isDraft = form.getAttribute("hx-target") === "#autosave";
      if (form.matches("form[method=post][data-warn-unsaved]") && !isDraft) holdBack(event, tell);
    },
    true,
  );

  window.appLogIn = { why, holdBack };
})();
