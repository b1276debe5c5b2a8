// <form data-keep="Not saved: ...">: nothing typed is lost. The page is left only when the server has answered; until
// then everything stays where it was written. Without scripts the form is sent like any other.
(() => {
  "use strict";
  const PATIENCE = 60000;
  let unsaved = false;

  const kept = (element) => element.closest?.("form[data-keep]");
  const typed = ({ target }) => { if (kept(target)) unsaved = true; };
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("click", ({ target }) => { if (target.closest("[data-leave]")) unsaved = false; });
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

  document.addEventListener("submit", async (event) => {
    const form = kept(event.target);
    if (!form || event.defaultPrevented) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy")) return;
    form.querySelector(".not-saved")?.remove();
    form.setAttribute("aria-busy", "true");
    try {
      await arrive(form, event.submitter, await send(form, event.submitter));
    } catch {
      tell(form, event.submitter, form.dataset.keep);
    } finally {
      form.removeAttribute("aria-busy");
    }
  });

  const send = (form, button) => {
    const body = new FormData(form);
    if (button?.name) body.append(button.name, button.value);
    return fetch(form.getAttribute("action"), {
      method: "POST",
      headers: { "x-vaka-keep": "yes" },
      body: form.getAttribute("enctype") ? body : new URLSearchParams(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
  };

  // Saved: on to the next page. The form again, with what is wrong, or the sign-in that carries it: in place of this page.
  // Anything else is no answer to what was typed: the form stays, and the page's own words say why.
  const arrive = async (form, button, answer) => {
    if (answer.redirected) {
      unsaved = false;
      location.assign(answer.url);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok || page.querySelector("form[data-keep]")) show(page);
    else tell(form, button, words(page) || form.dataset.keep);
  };

  const words = (page) => [...page.querySelectorAll("main h1, main h1 + p")].map((part) => part.textContent).join(". ");

  const show = (page) => {
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.replaceWith(page.body);
    globalThis.htmx?.process(document.body);
    document.dispatchEvent(new CustomEvent("vaka:shown"));
  };

  const tell = (form, button, sentence) => {
    const panel = Object.assign(document.createElement("p"), { className: "panel panel-danger not-saved" });
    panel.textContent = sentence;
    (button?.closest("form > *") ?? form.lastElementChild).before(panel);
    panel.scrollIntoView({ block: "nearest" });
    document.dispatchEvent(new CustomEvent("vaka:say", { detail: sentence }));
  };
})();
